// Package docs has no code: its tests compare the documents with the repository.
package docs
