package costprocessor

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/metadata"
)

// priceFile is the catalogue in force and the file that it came from. A changed file takes its place as a whole or not at all; what
// cannot be read is said once, and the last good catalogue stays.
type priceFile struct {
	path      string
	interval  time.Duration
	logger    *zap.Logger
	telemetry *metadata.Telemetry

	catalogue atomic.Pointer[cards.Catalogue]
	// sum is that of the last bytes that were looked at, good or not; good is that of the catalogue in force. said is the last refusal.
	sum, good [sha256.Size]byte
	said      string

	stop context.CancelFunc
	done sync.WaitGroup
}

// start reads the file, and looks at it from then on. A collector without prices does not start.
func (f *priceFile) start(ctx context.Context) error {
	if err := f.read(ctx); err != nil {
		return fmt.Errorf("the card file %s: %w", f.path, err)
	}
	if f.interval == 0 {
		return nil
	}
	// The context of the start ends with the start.
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	f.stop = stop
	f.done.Go(func() { f.watch(watching) })
	return nil
}

func (f *priceFile) shutdown() {
	if f.stop != nil {
		f.stop()
	}
	f.done.Wait()
}

func (f *priceFile) watch(ctx context.Context) {
	ticker := time.NewTicker(f.interval)
	defer ticker.Stop()
	var seen fileState
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		// A file that is being written changes again, and is looked at again.
		state, err := stateOf(f.path)
		if err == nil && state == seen {
			continue
		}
		seen = state
		if err := f.read(ctx); err != nil {
			f.refuse(ctx, err)
		}
	}
}

// fileState changes with the file, also when another takes its place.
type fileState struct {
	size     int64
	modified time.Time
}

func stateOf(path string) (fileState, error) {
	info, err := os.Stat(path)
	if err != nil {
		return fileState{}, err
	}
	return fileState{size: info.Size(), modified: info.ModTime()}, nil
}

// read puts the catalogue of the file in force, unless its bytes are those that were read last.
func (f *priceFile) read(ctx context.Context) error {
	data, err := readAtMost(f.path, cards.BytesMax)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	if sum == f.sum && (f.said == "" || sum != f.good) {
		return nil
	}
	f.sum = sum
	catalogue, err := cards.Load(data)
	if err != nil {
		return err
	}
	f.catalogue.Store(catalogue)
	f.good, f.said = sum, ""
	f.telemetry.Loaded(ctx, catalogue.CardCount())
	f.logger.Info("prices in force", zap.String("file", f.path), zap.String("version", catalogue.Version), zap.Int("cards", catalogue.CardCount()))
	return nil
}

// refuse says a failure once.
func (f *priceFile) refuse(ctx context.Context, err error) {
	if text := err.Error(); text != f.said {
		f.said = text
		f.telemetry.Refused(ctx)
		f.logger.Error("card file refused; the last good prices stay in force", zap.String("file", f.path), zap.Error(err))
	}
}

func readAtMost(path string, bytesMax int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, bytesMax+1))
	if err == nil && int64(len(data)) > bytesMax {
		err = errors.New("it is larger than a card file can be; compile it without the resale files")
	}
	return data, err
}
