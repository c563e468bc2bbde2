package spans

import (
	"math"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

const (
	tagPrefix      = "costspan.tag."
	customerTag    = "customer_id"
	tagKeyMax      = 64
	tagValueMax    = 256
	tagsMax        = 32
	tagNameMax     = 128
	labelsMax      = 64
	conversations  = " session_id conversation_id thread_id chat_id "
	jsonLengthMax  = 65_536
	absentTagValue = ""
)

// tag is a key and its text. isRefused says that the value is no text, number or boolean, or too long, and that the key is taken.
type tag struct {
	key, value string
	isRefused  bool
}

// tagCollector collects what a dialect's own fields say about who a call was for; the first value of a key is kept.
type tagCollector struct {
	isOn bool
	list []tag
}

// add adds a field under the key that its name means.
func (t *tagCollector) add(name string, value scalar) {
	if !t.isOn {
		return
	}
	if key := tagKeyOf(name); key != "" && !strings.Contains(conversations, " "+key+" ") {
		t.addAs(key, value)
	}
}

func (t *tagCollector) addAs(key string, value scalar) {
	if t.isOn && value.isTag() && !hasTag(t.list, key) {
		t.list = append(t.list, tag{key: key, value: value.text})
	}
}

// addFields adds the fields of a JSON object; deeper ones are not tags.
func (t *tagCollector) addFields(text string) {
	if !t.isOn {
		return
	}
	fields, _ := parseJSONObject(text)
	for _, field := range fields {
		t.add(field.name, scalarOfJSON(field.value))
	}
}

// addLabels adds labels that name a key: `customer:acme`, `customer=acme`.
func (t *tagCollector) addLabels(text string) {
	if !t.isOn || !strings.HasPrefix(text, "[") {
		return
	}
	fields, _ := parseJSONObject(`{"labels":` + text + `}`)
	if len(fields) != 1 {
		return
	}
	labels, _ := fields[0].value.([]any)
	for _, label := range labels[:min(len(labels), labelsMax)] {
		text, ok := label.(string)
		if !ok {
			continue
		}
		at := strings.IndexByte(text, ':')
		if at <= 0 {
			at = strings.IndexByte(text, '=')
		}
		if at > 0 {
			t.add(text[:at], scalar{text: trimSpace(text[at+1:]), isText: true, isScalar: true})
		}
	}
}

// trimSpace takes off what other languages take for white space at both ends.
func trimSpace(text string) string {
	return strings.Trim(text, "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff")
}

func hasTag(list []tag, key string) bool {
	for at := range list {
		if list[at].key == key {
			return true
		}
	}
	return false
}

// scalar is a value that may be a tag.
type scalar struct {
	text             string
	isText, isScalar bool
}

func (s scalar) isTag() bool {
	return s.isScalar && (!s.isText || (s.text != "" && cards.LengthMax(s.text, tagValueMax)))
}

// scalarOf is a value of an attribute as a dialect's tag: numbers beyond 2^53 and those that are not finite are none.
func scalarOf(value pcommon.Value) scalar {
	switch value.Type() {
	case pcommon.ValueTypeStr:
		return scalar{text: value.Str(), isText: true, isScalar: true}
	case pcommon.ValueTypeBool:
		return scalar{text: booleanText(value.Bool()), isScalar: true}
	}
	if number, ok := numberOf(value); ok && !math.IsInf(number, 0) && !math.IsNaN(number) {
		return scalar{text: numberText(number), isScalar: true}
	}
	return scalar{}
}

func booleanText(value bool) string {
	if value {
		return "true"
	}
	return "false"
}

func scalarOfJSON(value any) scalar {
	switch value := value.(type) {
	case string:
		return scalar{text: value, isText: true, isScalar: true}
	case bool:
		return scalar{text: booleanText(value), isScalar: true}
	case jsonNumber:
		if number := float64(value); !math.IsInf(number, 0) {
			return scalar{text: numberText(number), isScalar: true}
		}
	}
	return scalar{}
}

// customerOf is the tag `customer_id` of a call, which some catalogues have prices for: on the span, on the resource, in the dialect's
// fields. What stands behind more tags than a call carries is not kept.
func customerOf(attributes, resource pcommon.Map, own *tagCollector) (string, bool) {
	var list []tag
	for _, from := range [...]pcommon.Map{attributes, resource} {
		for name, value := range from.All() {
			if key, ok := strings.CutPrefix(name, tagPrefix); ok && key != "__proto__" && !hasTag(list, key) {
				list = append(list, tagOf(key, value))
			}
		}
	}
	for _, one := range own.list {
		if !hasTag(list, one.key) {
			list = append(list, one)
		}
	}
	kept := 0
	for _, one := range list {
		if one.isRefused || one.value == absentTagValue || !isTagKey(one.key) {
			continue
		}
		if kept == tagsMax {
			return "", false
		}
		if kept++; one.key == customerTag {
			return one.value, true
		}
	}
	return "", false
}

func tagOf(key string, value pcommon.Value) tag {
	added := tag{key: key}
	switch value.Type() {
	case pcommon.ValueTypeStr:
		added.value = value.Str()
	case pcommon.ValueTypeBool:
		added.value = booleanText(value.Bool())
	case pcommon.ValueTypeInt:
		added.value = value.AsString()
	case pcommon.ValueTypeDouble:
		added.value = numberText(value.Double())
	}
	added.isRefused = !cards.LengthMax(added.value, tagValueMax)
	return added
}

func isTagKey(key string) bool {
	if key == "" || len(key) > tagKeyMax || key[0] < 'a' || key[0] > 'z' {
		return false
	}
	for at := 0; at < len(key); at++ {
		char := key[at]
		if char != '_' && (char < 'a' || char > 'z') && (char < '0' || char > '9') {
			return false
		}
	}
	return true
}

// tagAliases are other names of first-class tags.
var tagAliases = map[string]string{
	"user_id": "user", "customer": "customer_id", "feature": "feature_name", "env": "environment", "team_id": "team",
}

// tagKeyOf is the key that a field's name means, in snake case; "" when it means none.
func tagKeyOf(name string) string {
	if !cards.LengthMax(name, tagNameMax) {
		return ""
	}
	var key []byte
	isGap, wasLow := false, false
	for _, char := range name {
		isLow := (char >= 'a' && char <= 'z') || (char >= '0' && char <= '9')
		isHigh := char >= 'A' && char <= 'Z'
		if !isLow && !isHigh {
			isGap, wasLow = true, false
			continue
		}
		if len(key) > 0 && (isGap || (isHigh && wasLow)) {
			key = append(key, '_')
		}
		isGap, wasLow = false, isLow
		if isHigh {
			char += 'a' - 'A'
		}
		key = append(key, byte(char))
	}
	if !isTagKey(string(key)) {
		return ""
	}
	if alias, ok := tagAliases[string(key)]; ok {
		return alias
	}
	return string(key)
}
