global using Chatroom.Conformance.Harness;
