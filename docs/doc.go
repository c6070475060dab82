// Package docs has no code: its tests hold the documents to what is really there.
package docs
