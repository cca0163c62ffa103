package checksig
import ("testing";"os";"context";"time";"fmt";"checksig/internal/sums")
func TestZZ(t *testing.T){
 d:=os.Getenv("ZZ"); l:=os.Getenv("ZL"); text,_:=os.ReadFile(d+"/"+l)
 alg:=os.Getenv("ZA"); if alg=="" {alg="sha1"}
 a,_:=Lookup(alg)
 for range 6 { t0:=time.Now()
 run:=Verify(context.Background(), d, List{Text:string(text),Options:sums.Options{Algorithm:a}}, Options{Unlisted:true, Exclude:[]string{l}})
 for r:=range run.Results(){ fmt.Println(r) }
 must(t, run.Err())
 fmt.Println(time.Since(t0), run.Summary().Counts) }
}
