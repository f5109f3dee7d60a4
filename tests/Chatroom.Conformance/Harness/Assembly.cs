using Chatroom.Conformance.Harness;

[assembly: AssemblyFixture(typeof(SharedServer))]
