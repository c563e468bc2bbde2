package costprocessor

import (
	"errors"
	"time"

	"go.opentelemetry.io/collector/component"
)

// Config says which prices hold.
type Config struct {
	// Cards is the compiled card file, written by `costspan cards compile --out FILE`. Required.
	Cards string `mapstructure:"cards"`
	// ReloadInterval is how often the card file is looked at. 0 keeps the prices of the start.
	ReloadInterval time.Duration `mapstructure:"reload_interval"`
	// ClassCosts writes the parts of a cost beside its total: costspan.cost.input, cache_read, cache_write, output and other.
	ClassCosts bool `mapstructure:"class_costs"`

	// prevent unkeyed literal initialization
	_ struct{}
}

const (
	defaultReloadInterval = 2 * time.Second
	reloadIntervalMin     = 100 * time.Millisecond
)

var (
	errNoCards        = errors.New("`cards` is not set: write the file with `costspan cards compile --out cards.json` and name it here")
	errReloadInterval = errors.New("`reload_interval` must be 0 (never) or at least 100ms")
)

var _ component.Config = (*Config)(nil)

// Validate says everything that is wrong with the configuration.
func (c *Config) Validate() error {
	var errs []error
	if c.Cards == "" {
		errs = append(errs, errNoCards)
	}
	if c.ReloadInterval != 0 && c.ReloadInterval < reloadIntervalMin {
		errs = append(errs, errReloadInterval)
	}
	return errors.Join(errs...)
}
