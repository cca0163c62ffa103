// Command grpc answers over gRPC what the C face answers in the process: the
// other way to reach the same Go code from Python, for the benchmark of calls.
//
// It listens on a free port of the loopback interface, prints the address, and
// ends when its standard input does: it cannot outlive whoever started it.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os"

	"checksig"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// checker is the service: both methods answer with a message, empty if there
// is nothing to say.
type checker struct{}

func (checker) nothing(context.Context, *emptypb.Empty) (*wrapperspb.StringValue, error) {
	return &wrapperspb.StringValue{}, nil
}

func (checker) verify(_ context.Context, root *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
	if err := checksig.CheckSignatures(root.GetValue()); err != nil {
		return wrapperspb.String(err.Error()), nil
	}
	return &wrapperspb.StringValue{}, nil
}

// service is what protoc-gen-go-grpc would write for
//
//	service Checker {
//	  rpc Nothing(google.protobuf.Empty) returns (google.protobuf.StringValue);
//	  rpc Verify(google.protobuf.StringValue) returns (google.protobuf.StringValue);
//	}
var service = grpc.ServiceDesc{
	ServiceName: "checksig.bench.Checker",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		{MethodName: "Nothing", Handler: unary(checker{}.nothing)},
		{MethodName: "Verify", Handler: unary(checker{}.verify)},
	},
}

// unary turns a function into a method, without interceptors.
func unary[In any, Out any](answer func(context.Context, *In) (*Out, error)) grpc.MethodHandler {
	return func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		in := new(In)
		if err := decode(in); err != nil {
			return nil, err
		}
		return answer(ctx, in)
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	server.RegisterService(&service, checker{})
	go func() {
		io.Copy(io.Discard, os.Stdin)
		server.Stop()
	}()
	fmt.Printf("%s grpc-go %s\n", listener.Addr(), grpc.Version)
	if err := server.Serve(listener); err != nil {
		log.Fatal(err)
	}
}
