package cards

// Meters are the counts that the processor can read, in the order of the catalogue. A catalogue with others was written by
// another version.
var Meters = [...]string{
	"input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cache_write_5m_tokens",
	"cache_write_30m_tokens", "cache_write_1h_tokens", "cache_write_12h_tokens", "input_text_tokens",
	"input_audio_tokens", "input_image_tokens", "input_video_tokens", "cache_text_read_tokens",
	"cache_audio_read_tokens", "cache_image_read_tokens", "cache_video_read_tokens", "cache_text_write_tokens",
	"cache_audio_write_tokens", "cache_image_write_tokens", "cache_video_write_tokens", "input_tool_tokens",
	"input_text_tool_tokens", "output_text_tokens", "output_audio_tokens", "output_image_tokens",
	"output_video_tokens", "output_reasoning_tokens", "output_citation_tokens", "web_searches", "web_fetches",
	"file_searches", "social_searches", "map_searches", "attachment_searches", "search_sources", "code_executions",
	"search_units", "images", "input_characters", "output_characters", "seconds", "pixels", "pages", "sessions", "requests",
}

// MeterCount is how many meters there are.
const MeterCount = len(Meters)

var meterIndex = func() map[string]Meter {
	index := make(map[string]Meter, MeterCount)
	for at, name := range Meters {
		index[name] = Meter(at)
	}
	return index
}()

// Meter is the number of a meter: its place in Meters.
type Meter int8

// NoMeter stands where there is none.
const NoMeter Meter = -1

// MeterOf finds a meter by its name.
func MeterOf(name string) (Meter, bool) {
	meter, known := meterIndex[name]
	return meter, known
}

// MustMeter is for names written in code.
func MustMeter(name string) Meter {
	meter, known := meterIndex[name]
	if !known {
		panic("no meter " + name)
	}
	return meter
}

// Meters that rules name.
var (
	InputTokens      = MustMeter("input_tokens")
	OutputTokens     = MustMeter("output_tokens")
	CacheReadTokens  = MustMeter("cache_read_tokens")
	CacheWriteTokens = MustMeter("cache_write_tokens")
	seconds          = MustMeter("seconds")
	requests         = MustMeter("requests")
)

// reasons are texts with each meter's name, made once.
type reasons [MeterCount]string

func reasonsOf(beginning string) *reasons {
	var texts reasons
	for at, name := range Meters {
		texts[at] = beginning + name
	}
	return &texts
}

var (
	countInvalid      = reasonsOf("count_invalid:")
	rateMissing       = reasonsOf("rate_missing:")
	partsExceedWhole  = reasonsOf("parts_exceed_whole:")
	countMissing      = reasonsOf("count_missing:")
	overlapUnreported = reasonsOf("overlap_unreported:")
)

// countMax is the largest count: 2^53 - 1.
const countMax = 1<<53 - 1

// IsCount says whether a number can be a count of the meter: whole but for seconds.
func IsCount(value float64, meter Meter) bool {
	return value >= 0 && value <= countMax && (value == float64(int64(value)) || meter == seconds)
}

// Counts are the meters of a call.
type Counts struct {
	Values [MeterCount]float64
	// Present has a bit for each meter that was counted, zero included.
	Present uint64
	// Invalid is the first meter whose value was no count.
	Invalid Meter
}

// Clear makes the counts those of no call.
func (c *Counts) Clear() { *c = Counts{Invalid: NoMeter} }

// Set adds a count that IsCount has passed.
func (c *Counts) Set(meter Meter, value float64) {
	c.Values[meter] = value
	c.Present |= 1 << meter
}

// Has says whether the meter was counted.
func (c *Counts) Has(meter Meter) bool { return c.Present&(1<<meter) != 0 }
