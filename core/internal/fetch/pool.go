package fetch

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// connections are those of all clients: runs follow each other, and to connect takes longer than to
// ask.
var connections pool

// pool is connections by the settings that they were made with.
type pool struct {
	mu   sync.Mutex
	kept map[string]*http.Transport
}

const (
	// mostKept is how many settings connections are kept for.
	mostKept = 8
	// keptIdle is how long a connection is kept that nobody uses.
	keptIdle = 15 * time.Second
)

// to returns what connects by settings.
func (p *pool) to(settings Settings, configuration *tls.Config) *http.Transport {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := fmt.Sprint(settings)
	if known := p.kept[key]; known != nil {
		return known
	}
	if p.kept == nil || len(p.kept) >= mostKept {
		for _, each := range p.kept {
			each.CloseIdleConnections()
		}
		p.kept = make(map[string]*http.Transport)
	}
	dialer := &net.Dialer{Timeout: min(settings.Timeout, 15*time.Second), KeepAlive: 30 * time.Second}
	made := &http.Transport{
		Proxy: settings.proxy, DialContext: dialer.DialContext, TLSClientConfig: configuration,
		TLSHandshakeTimeout: dialer.Timeout, ForceAttemptHTTP2: true,
		MaxIdleConnsPerHost: settings.Connections, MaxConnsPerHost: settings.Connections,
		IdleConnTimeout: keptIdle, MaxResponseHeaderBytes: 1 << 18,
		DisableCompression: true, // what is hashed are the bytes as the server has them
		ReadBufferSize:     16 << 10,
	}
	p.kept[key] = made
	return made
}

// proxy returns the proxy that a request goes by; nil if there is none.
func (s Settings) proxy(r *http.Request) (*url.URL, error) {
	if proxy := s.Proxies[origin(r.URL)]; proxy != "" {
		if address, err := url.Parse(proxy); err == nil {
			return address, nil
		}
		return nil, fatal("the proxy is not named by an address") // which may have a password in it
	}
	return nil, nil
}
