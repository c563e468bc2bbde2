package spans

import (
	"strings"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

// usageReader reads counts out of a provider's usage object and remembers where the first stood that cannot be right.
type usageReader struct {
	usage    jsonObject
	facts    *facts
	readings []namedCount
}

type namedCount struct {
	meter string
	count float64
	ok    bool
}

// takeOpenAiUsage reads the object of an OpenAI-like provider as it came. The shapes are those of packages/usage/src/sources, in their order.
func (r *reading) takeOpenAiUsage(usage jsonObject) {
	u := &usageReader{usage: usage, facts: &r.found}
	input, output := usage.has("input_tokens"), usage.has("output_tokens")
	switch {
	case usage.has("prompt_tokens") && usage.has("completion_tokens"):
		u.chat()
	case usage.has("prompt_tokens"):
		u.keep("input_tokens", "prompt_tokens")
	case usage.get("type") == "tokens" && input:
		u.bothSides()
		u.keep("input_text_tokens", "input_token_details", "text_tokens")
		u.keep("input_audio_tokens", "input_token_details", "audio_tokens")
	case usage.has("seconds"):
		u.keep("seconds", "seconds")
	case (usage.has("input_token_details") || usage.has("output_token_details")) && !usage.has("type"):
		u.realtime()
	case isImagesUsage(usage):
		u.bothSides()
		u.keep("input_text_tokens", "input_tokens_details", "text_tokens")
		u.keep("input_image_tokens", "input_tokens_details", "image_tokens")
		u.keep("output_text_tokens", "output_tokens_details", "text_tokens")
		u.keep("output_image_tokens", "output_tokens_details", "image_tokens")
	case input && output:
		u.bothSides()
		u.keep("cache_read_tokens", "input_tokens_details", "cached_tokens")
		u.keep("cache_write_tokens", "input_tokens_details", "cache_write_tokens")
		u.keep("cache_write_30m_tokens", "input_tokens_details", "cache_write_tokens_details", "ttl_30m_tokens")
		u.keep("cache_write_12h_tokens", "input_tokens_details", "cache_write_tokens_details", "ttl_12h_tokens")
		u.keep("output_reasoning_tokens", "output_tokens_details", "reasoning_tokens")
	default:
		r.found.refuse("body.usage")
		return
	}
	u.settle()
}

func isImagesUsage(usage jsonObject) bool {
	details := usage.object("input_tokens_details")
	return details.has("image_tokens") && !details.has("cached_tokens")
}

// chat is the usage of a chat completion: reasoning is part of the output unless the provider's own total says otherwise.
func (u *usageReader) chat() {
	input, hasInput := u.count("prompt_tokens")
	reasoning, hasReasoning := u.count("completion_tokens_details", "reasoning_tokens")
	total, hasTotal := u.count("total_tokens")
	output, hasOutput := u.count("completion_tokens")
	if hasOutput && hasReasoning && hasTotal && total == input+output+reasoning {
		output += reasoning
	}
	if hasInput && hasOutput && hasTotal && total != input+output {
		u.facts.refuse("usage.total_tokens")
	}
	u.add("input_tokens", input, hasInput)
	u.add("output_tokens", output, hasOutput)
	if cached, ok := u.count("prompt_tokens_details", "cached_tokens"); ok {
		u.add("cache_read_tokens", cached, true)
	} else {
		u.keep("cache_read_tokens", "cached_tokens")
	}
	u.keep("cache_write_tokens", "prompt_tokens_details", "cache_write_tokens")
	u.keep("input_audio_tokens", "prompt_tokens_details", "audio_tokens")
	u.keep("input_image_tokens", "prompt_tokens_details", "image_tokens")
	u.keep("input_video_tokens", "prompt_tokens_details", "video_tokens")
	u.add("output_reasoning_tokens", reasoning, hasReasoning)
	u.keep("output_audio_tokens", "completion_tokens_details", "audio_tokens")
	u.keep("output_image_tokens", "completion_tokens_details", "image_tokens")
}

func (u *usageReader) realtime() {
	u.bothSides()
	u.keep("cache_read_tokens", "input_token_details", "cached_tokens")
	u.keep("input_text_tokens", "input_token_details", "text_tokens")
	u.keep("input_audio_tokens", "input_token_details", "audio_tokens")
	u.keep("input_image_tokens", "input_token_details", "image_tokens")
	for _, modality := range [...]string{"text", "audio", "image"} {
		u.keep("cache_"+modality+"_read_tokens", "input_token_details", "cached_tokens_details", modality+"_tokens")
	}
	u.keep("output_text_tokens", "output_token_details", "text_tokens")
	u.keep("output_audio_tokens", "output_token_details", "audio_tokens")
}

// bothSides reads the two counts that most shapes have, and holds the provider's total against them.
func (u *usageReader) bothSides() {
	input, hasInput := u.count("input_tokens")
	output, hasOutput := u.count("output_tokens")
	if hasInput && hasOutput {
		if total, ok := u.count("total_tokens"); ok && total != input+output {
			u.facts.refuse("usage.total_tokens")
		}
	}
	u.add("input_tokens", input, hasInput)
	u.add("output_tokens", output, hasOutput)
}

func (u *usageReader) keep(meter string, path ...string) {
	count, ok := u.count(path...)
	u.add(meter, count, ok)
}

func (u *usageReader) add(meter string, count float64, ok bool) {
	u.readings = append(u.readings, namedCount{meter, count, ok})
}

// count is the count at a path; what is no count there is refused.
func (u *usageReader) count(path ...string) (float64, bool) {
	var value any = u.usage
	for _, name := range path {
		object, ok := value.(jsonObject)
		if !ok {
			return 0, false
		}
		value = object.get(name)
	}
	if value == nil {
		return 0, false
	}
	meter := cards.InputTokens
	if len(path) == 1 && path[0] == "seconds" {
		meter = cards.MustMeter("seconds")
	}
	count, ok := countOfJSON(value, meter)
	if !ok {
		u.facts.refuse("usage." + strings.Join(path, "."))
	}
	return count, ok
}

// settle keeps the counts and refuses what contradicts itself, as packages/usage/src/contradictions.ts does.
func (u *usageReader) settle() {
	counts := &u.facts.counts
	for _, one := range u.readings {
		if !one.ok {
			continue
		}
		if one.count > integerMax {
			u.facts.refuse("usage." + one.meter)
			continue
		}
		counts.Set(cards.MustMeter(one.meter), one.count)
	}
	for whole := range cards.Meters {
		if !counts.Has(cards.Meter(whole)) || len(groupsOf[whole]) == 0 {
			continue
		}
		limit := counts.Values[whole]
		isSound := true
		for part := range cards.Meters {
			if part != whole && counts.Has(cards.Meter(part)) && counts.Values[part] > limit && facetsOf[part].isPartOf(facetsOf[whole]) {
				u.facts.refuse("usage." + cards.Meters[part])
				isSound = false
			}
		}
		if !isSound {
			continue
		}
		for _, parts := range groupsOf[whole] {
			sum := 0.0
			for _, part := range parts {
				sum += counts.Values[part]
			}
			if sum > limit {
				u.facts.refuse("usage." + cards.Meters[whole])
			}
		}
	}
}

// facets are what a token meter counts: direction, modality, cache, lifetime, kind. "" is any.
type facets [5]string

func (f facets) isPartOf(whole facets) bool {
	for at, facet := range whole {
		if facet != "" && f[at] != facet {
			return false
		}
	}
	return f[0] != "" && whole[0] != ""
}

// facetsOf reads the facets of a token meter off its name, whose words are those facets.
var facetsOf = func() (all [cards.MeterCount]facets) {
	for at, name := range cards.Meters {
		words := strings.Split(name, "_")
		if words[len(words)-1] != "tokens" {
			continue
		}
		own := facets{"input"}
		for _, word := range words[:len(words)-1] {
			switch word {
			case "input", "output":
				own[0] = word
			case "text", "audio", "image", "video":
				own[1] = word
			case "read", "write":
				own[2] = word
			case "5m", "30m", "1h", "12h":
				own[3] = word
			case "tool", "reasoning", "citation":
				own[4] = word
			}
		}
		all[at] = own
	}
	return all
}()

// groupsOf are, by whole, the sets of parts that share no token.
var groupsOf = func() (all [cards.MeterCount][][]int) {
	for whole := range cards.Meters {
		if facetsOf[whole][0] == "" {
			continue
		}
		for facet := 1; facet < len(facets{}); facet++ {
			if facetsOf[whole][facet] != "" {
				continue
			}
			var parts []int
			for part := range cards.Meters {
				own := facetsOf[part]
				if own[facet] == "" {
					continue
				}
				own[facet] = ""
				if own == facetsOf[whole] {
					parts = append(parts, part)
				}
			}
			if len(parts) > 0 {
				all[whole] = append(all[whole], parts)
			}
		}
	}
	return all
}()
