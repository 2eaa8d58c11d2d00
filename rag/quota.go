package rag

import (
	"time"
)

// Quota is the state of a quota's token bucket at one moment.
type Quota struct {
	Key    string    // identifies the quota, such as "channel/123"
	Who    Person    // the person that it limits; empty: not one person
	Tokens float64   // in the bucket
	At     time.Time // the moment; this and Until are in UTC, to the millisecond
	Until  time.Time // when the bucket is full again and can be deleted
}
