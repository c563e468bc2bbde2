package cards

import (
	"fmt"
	"strings"
	"sync"
)

// nameLengthMax is the longest model name that is normalised, in UTF-16 units.
const nameLengthMax = 256

// rememberedMax bounds the names that were not found as they stand and what they came to. Two generations of it are kept.
const rememberedMax = 4096

type found struct {
	card  int
	match string
}

// names leads from the names of one provider, or of one price list, to cards.
type names struct {
	exact map[string]found
	// lower holds what only one card is called in lower case.
	lower map[string]int
}

func namesOf(entries namesJSON) names {
	index := names{exact: make(map[string]found, len(entries)), lower: make(map[string]int, len(entries))}
	var ambiguous []string
	for name, entry := range entries {
		index.exact[name] = found{entry.Card, entry.Match}
		key := Lower(name)
		if other, taken := index.lower[key]; taken && other != entry.Card {
			ambiguous = append(ambiguous, key)
		}
		index.lower[key] = entry.Card
	}
	for _, key := range ambiguous {
		delete(index.lower, key)
	}
	return index
}

// Lower is the lower case that the catalogue was written with: İ becomes two characters.
func Lower(text string) string {
	if strings.Contains(text, "İ") {
		text = strings.ReplaceAll(text, "İ", "i\u0307")
	}
	return strings.ToLower(text)
}

// LengthMax says whether a text has at most so many UTF-16 units.
func LengthMax(text string, most int) bool {
	if len(text) <= most {
		return true
	}
	if len(text) > most*3 {
		return false
	}
	units := 0
	for _, char := range text {
		units++
		if char > 0xFFFF {
			units++
		}
	}
	return units <= most
}

// memory keeps the last names in two generations, so that unknown names cost a search once and no more than its bound.
type memory struct {
	mutex   sync.RWMutex
	current map[string]found
	past    map[string]found
}

// notFound is what a name that leads nowhere comes to.
const notFound = -1

func (m *memory) get(name string) (found, bool) {
	m.mutex.RLock()
	defer m.mutex.RUnlock()
	if known, ok := m.current[name]; ok {
		return known, true
	}
	known, ok := m.past[name]
	return known, ok
}

func (m *memory) put(name string, known found) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.current == nil || len(m.current) >= rememberedMax {
		m.past, m.current = m.current, make(map[string]found, 64)
	}
	m.current[strings.Clone(name)] = known
}

// lookUp finds the card of a name: as it stands, in lower case, or by the rules.
func (c *Catalogue) lookUp(p *provider, index *names, model string) (found, bool) {
	if exact, ok := index.exact[model]; ok {
		return exact, true
	}
	if !LengthMax(model, nameLengthMax) {
		return found{}, false
	}
	if index == &p.names {
		known, ok := p.memory.get(model)
		if !ok {
			known = c.normalise(p, index, model)
			p.memory.put(model, known)
		}
		return known, known.card != notFound
	}
	known := c.normalise(p, index, model)
	return known, known.card != notFound
}

func (c *Catalogue) normalise(p *provider, index *names, model string) found {
	current := Lower(model)
	if card, ok := index.lower[current]; ok {
		return found{card, normalised}
	}
	if tuned, ok := fineTuneNames(current); ok {
		for _, name := range tuned {
			if card, ok := index.lower[name]; ok {
				return found{card, normalised}
			}
		}
		return found{card: notFound}
	}
	for _, rule := range c.rules {
		if rule.provider != "" && rule.provider != p.id {
			continue
		}
		next := current
		if rule.without != nil {
			next = rule.without(current)
		} else if slash := strings.IndexByte(current, '/'); slash > 0 {
			if prefix := current[:slash]; prefix == p.id || c.spellings[prefix] == p.id {
				next = current[slash+1:]
			}
		}
		if next == current {
			continue
		}
		current = next
		if card, ok := index.lower[current]; ok {
			return found{card, normalised}
		}
	}
	return found{card: notFound}
}

// fineTuneNames are the names that a fine-tuned model may have a price under: never its base model's.
func fineTuneNames(model string) ([]string, bool) {
	if azure := strings.Index(model, ".ft-"); azure > 0 {
		return []string{model[:azure+4]}, true
	}
	if !strings.HasPrefix(model, "ft:") {
		return nil, false
	}
	base := model
	if end := strings.IndexByte(model[3:], ':'); end >= 0 {
		base = model[:3+end]
	}
	return []string{base, withoutDate(base), withoutMonthDay(base)}, true
}

type nameRule struct {
	provider string
	without  func(string) string
}

// knownRules are the patterns of the catalogue as code: no pattern runs on a span.
var knownRules = map[string]func(string) string{
	`^arn:aws[a-z-]*:bedrock:[^/]*\/`: withoutBedrockArn,
	`^(?:models\/|(?:projects\/[^/]+\/locations\/global\/)?publishers\/[^/]+\/models\/)`: withoutResourcePath,
	`[-:@]latest$|@default$`: withoutLatest,
	`(?:-v1)?:0$|-v1$`:       withoutFirstVersion,
	`[-@]20[2-3]\d(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$`: withoutDate,
	`-(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$`:                                                            withoutMonthDay,
}

func rulesOf(file *fileJSON) ([]nameRule, error) {
	rules := make([]nameRule, 0, len(file.NameRules))
	for _, rule := range file.NameRules {
		if rule.Pattern == "" {
			rules = append(rules, nameRule{provider: rule.Provider})
			continue
		}
		without, known := knownRules[rule.Pattern]
		if !known {
			return nil, fmt.Errorf("it has a rule for names, %q, that this processor does not know; use the processor of the version that wrote it", rule.Name)
		}
		rules = append(rules, nameRule{provider: rule.Provider, without: without})
	}
	return rules, nil
}

func withoutBedrockArn(name string) string {
	rest, ok := strings.CutPrefix(name, "arn:aws")
	if !ok {
		return name
	}
	// The partition goes on until the colon, and the rest until the first slash.
	end := 0
	for end < len(rest) && (rest[end] == '-' || (rest[end] >= 'a' && rest[end] <= 'z')) {
		end++
	}
	if rest, ok = strings.CutPrefix(rest[end:], ":bedrock:"); !ok {
		return name
	}
	if slash := strings.IndexByte(rest, '/'); slash >= 0 {
		return rest[slash+1:]
	}
	return name
}

func withoutResourcePath(name string) string {
	if rest, ok := strings.CutPrefix(name, "models/"); ok {
		return rest
	}
	rest := name
	if project, ok := strings.CutPrefix(rest, "projects/"); ok {
		_, after, ok := cutPart(project)
		if !ok {
			return name
		}
		if rest, ok = strings.CutPrefix(after, "locations/global/"); !ok {
			return name
		}
	}
	publisher, ok := strings.CutPrefix(rest, "publishers/")
	if !ok {
		return name
	}
	_, after, ok := cutPart(publisher)
	if !ok {
		return name
	}
	if model, ok := strings.CutPrefix(after, "models/"); ok {
		return model
	}
	return name
}

// cutPart takes one part of a path, which is not empty, and its slash.
func cutPart(path string) (part, rest string, ok bool) {
	slash := strings.IndexByte(path, '/')
	if slash <= 0 {
		return "", "", false
	}
	return path[:slash], path[slash+1:], true
}

func withoutLatest(name string) string {
	for _, end := range [...]string{"-latest", ":latest", "@latest", "@default"} {
		if rest, ok := strings.CutSuffix(name, end); ok {
			return rest
		}
	}
	return name
}

func withoutFirstVersion(name string) string {
	for _, end := range [...]string{"-v1:0", ":0", "-v1"} {
		if rest, ok := strings.CutSuffix(name, end); ok {
			return rest
		}
	}
	return name
}

func withoutDate(name string) string {
	for _, length := range [...]int{len("-2024-08-06"), len("-20240806")} {
		at := len(name) - length
		if at < 0 || (name[at] != '-' && name[at] != '@') {
			continue
		}
		date := name[at+1:]
		if len(date) == 10 && (date[4] != '-' || date[7] != '-') {
			continue
		}
		if len(date) == 10 {
			date = date[:4] + date[5:7] + date[8:]
		}
		if isDigits(date) && date[:2] == "20" && (date[2] == '2' || date[2] == '3') && isMonthDay(date[4:]) {
			return name[:at]
		}
	}
	return name
}

func withoutMonthDay(name string) string {
	at := len(name) - len("-0806")
	if at >= 0 && name[at] == '-' && isMonthDay(name[at+1:]) {
		return name[:at]
	}
	return name
}

func isMonthDay(digits string) bool {
	if len(digits) != 4 || !isDigits(digits) {
		return false
	}
	month, day := digits[:2], digits[2:]
	return month >= "01" && month <= "12" && day >= "01" && day <= "31"
}
