[assembly: AssemblyFixture(typeof(Chatroom.WebTests.Harness.Browsers))]
