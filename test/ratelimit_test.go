package test

import (
	"flag"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

var rateTime = flag.Duration("ratelimit", 2*time.Second, "how long TestRateLimitUnderLoad keeps its load")

// TestRateLimitUnderLoad: under a constant load far beyond it, two workers together let
// exactly the limit's number through: the burst, and then one for each interval. The
// server's clock is not known here, but each request is made and answered while it runs:
// the number lies between what the shortest and the longest of possible times allow,
// which differ by what two answers take.
func TestRateLimitUnderLoad(t *testing.T) {
	const burst, interval = 20, 100 * time.Millisecond
	s := startAdministered(t, map[string]string{"sluice.toml": fmt.Sprintf("port = %s\nworkers = 2\n[[route]]\npath = \"/limited\"\nrespond = \"in\"\n[route.rate_limit]\nrate = \"600/1m\"\nburst = %d\n", freePort(t), burst)})
	var (
		mu                 sync.Mutex
		in, out            int
		answered, lastSent time.Time // the first answer; when the last one that was refused was sent
		clients            sync.WaitGroup
	)
	began := time.Now()
	for range 8 {
		clients.Go(func() {
			client := &http.Client{Transport: &http.Transport{}, Timeout: 30 * time.Second}
			defer client.CloseIdleConnections()
			for time.Since(began) < *rateTime {
				sent := time.Now()
				res, err := client.Get(s.url + "/limited")
				if err != nil {
					t.Error(err)
					return
				}
				res.Body.Close()
				mu.Lock()
				if answered.IsZero() {
					answered = time.Now()
				}
				switch {
				case res.StatusCode == 200:
					in++
				case res.StatusCode == 429 && res.Header.Get("Retry-After") != "" && strings.Contains(res.Header.Get("RateLimit"), "r=0"):
					out++
					if sent.After(lastSent) {
						lastSent = sent
					}
				default:
					t.Errorf("%s %v", res.Status, res.Header)
				}
				mu.Unlock()
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	clients.Wait()
	most := burst + int(time.Since(began)/interval)
	least := burst + int(lastSent.Sub(answered)/interval)
	t.Logf("%v: %d let through, %d refused; the limit allows %d to %d", time.Since(began).Round(time.Millisecond), in, out, least, most)
	if in < least || in > most || out == 0 {
		t.Errorf("%d let through, want %d to %d", in, least, most)
	}
	s.becomes(s.admin+"/metrics", fmt.Sprintf("\nsluice_refusals_total{reason=\"rate_limit\",route=\"/limited\"} %d\n", out))
	_, metrics := s.get(s.admin + "/metrics")
	for worker := range 2 {
		if n := fmt.Sprintf("\nsluice_worker_requests_total{worker=\"%d\"} ", worker+1); !strings.Contains(metrics, n) || strings.Contains(metrics, n+"0\n") {
			t.Errorf("worker %d has served nothing", worker+1)
		}
	}
}
