package main

import (
	enumspb "go.temporal.io/api/enums/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// anonymise removes what identifies the machine on which the history was made: process and host of the workers, the
// queues named after them, and stack traces. Replay uses none of it.
func anonymise(m protoreflect.Message) {
	if q, ok := m.Interface().(*taskqueuepb.TaskQueue); ok && q.GetKind() == enumspb.TASK_QUEUE_KIND_STICKY {
		q.Name = "sticky"
	}
	m.Range(func(d protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case d.Kind() == protoreflect.StringKind && !d.IsList() && !d.IsMap():
			if d.Name() == "identity" || d.Name() == "stack_trace" {
				m.Set(d, protoreflect.ValueOfString("towpath"))
			}
		case d.IsList() && d.Message() != nil:
			for i := range v.List().Len() {
				anonymise(v.List().Get(i).Message())
			}
		case d.IsMap() && d.MapValue().Message() != nil:
			v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
				anonymise(v.Message())
				return true
			})
		case !d.IsList() && !d.IsMap() && d.Message() != nil:
			anonymise(v.Message())
		}
		return true
	})
}
