package costprocessor

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/metadata"
)

// differentialVar names a folder of `<name>.json` card files with `<name>.spans.ndjson`: on each line a request of one span, and what
// the Costspan collector adds to it.
const differentialVar = "COSTSPAN_DIFFERENTIAL"

const shownMax = 20

func TestRandomSpansAreCostedAsByTheCostspanCollector(t *testing.T) {
	folder := os.Getenv(differentialVar)
	if folder == "" {
		t.Skipf("%s is not set: `npm test` writes the spans and sets it", differentialVar)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.spans.ndjson"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no spans in %s: %v", folder, err)
	}
	compared, costed, shown := 0, 0, 0
	for _, file := range files {
		sink := new(consumertest.TracesSink)
		processor := startProcessor(t, &Config{Cards: strings.TrimSuffix(file, ".spans.ndjson") + ".json", ClassCosts: true}, sink)
		eachLine(t, file, func(line []byte) {
			var pair struct {
				Request  json.RawMessage
				Expected map[string]any
			}
			if err := json.Unmarshal(line, &pair); err != nil {
				t.Fatal(err)
			}
			traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(pair.Request)
			if err != nil {
				t.Fatalf("%v: %s", err, pair.Request)
			}
			attributes := traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes()
			before := attributes.AsRaw()
			sink.Reset()
			if err := processor.ConsumeTraces(context.Background(), traces); err != nil {
				t.Fatal(err)
			}
			added := attributes.AsRaw()
			for name := range before {
				delete(added, name)
			}
			compared++
			if len(added) > 0 {
				costed++
			}
			if !reflect.DeepEqual(added, pair.Expected) {
				if shown++; shown <= shownMax {
					want, _ := json.Marshal(pair.Expected)
					have, _ := json.Marshal(added)
					t.Errorf("%s\nwant %s\n got %s\n  of %s", filepath.Base(file), want, have, pair.Request)
				}
			}
		})
	}
	if shown > shownMax {
		t.Errorf("%d more differ", shown-shownMax)
	}
	if costed*5 < compared {
		t.Errorf("only %d of %d spans were costed: the spans say too little", costed, compared)
	}
	t.Logf("%d spans compared, %d of them costed", compared, costed)
}

func eachLine(t *testing.T, file string, visit func([]byte)) {
	t.Helper()
	opened, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	lines := bufio.NewScanner(opened)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		visit(lines.Bytes())
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
}

func startProcessor(t testing.TB, config *Config, sink *consumertest.TracesSink) interface {
	ConsumeTraces(context.Context, ptrace.Traces) error
} {
	t.Helper()
	started, err := NewFactory().CreateTraces(context.Background(), processortest.NewNopSettings(metadata.Type), config, sink)
	if err != nil {
		t.Fatal(err)
	}
	if err := started.Start(context.Background(), componenttest.NewNopHost()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := started.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return started
}
