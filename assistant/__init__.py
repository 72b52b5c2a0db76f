"""Settings, wiring, retrieval for a question, answering, citation checking, abstaining, access scopes."""
