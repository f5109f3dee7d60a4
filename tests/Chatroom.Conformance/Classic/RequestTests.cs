using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Classic;

/// <summary>Every request of Chatroom 2.0, the answers for success and for error.</summary>
public sealed class RequestTests(ClassicServer server) : ClassicTest(server), IClassFixture<ClassicServer>
{
    [Fact]
    public void Before_sign_in_everything_but_signing_in_and_registering_is_answered_900_and_nothing_breaks()
    {
        var window = Window();
        foreach (var request in new[]
        {
            "3\r\n5\n\ntext\n", "3bob\r\n5\n\ntext\n", "4\n\n", "8\n\n", "6\r\n13\n\n[emoji-happy]", "7\r\nf.txt\r\n3\n\nabc", "98ann\r\nbob\n\n", "1x\n\n", "2x\n\n", "9x\n\n",
            "98x\n\n", "hello\n\n", "\n\n", "5\n\nann", "0\n\nann", "9\n\nann\r\nbob", "99\n\nann\r\nf.txt", "3\r\nx\n\n", "6\r\n-1\n\n", "7\n\n",
        })
        {
            Assert.Equal("900\n\n", window.Ask(request).Trim(' '));
        }

        window.Begin(Unique.Word());
    }

    [Theory]
    [InlineData("a\tb", "abc123", "900\n\n")]
    [InlineData("name", "abc12", "202\n\n")]
    [InlineData("a/b", "abc123", "202\n\n")]
    [InlineData("", "abc123", "202\n\n")]
    public void A_registration_that_cannot_be_is_refused_by_a_box_or_as_malformed(string name, string password, string answer) =>
        Assert.Equal(answer, Window().Ask($"2{name}\r\n{password}\n\n"));

    [Fact]
    public void A_name_may_begin_with_digits_and_a_password_has_six_letters_and_digits()
    {
        var name = "98" + Unique.Word();
        Window().Begin(name, "a1b2c3");
        Assert.Equal("102\n\n", Window().Ask($"1{name}\r\na1b2c4\n\n"));
    }

    [Fact]
    public void A_wrong_password_is_told_before_a_duplicate_and_who_is_refused_may_sign_in_as_another()
    {
        var (first, second) = (Classic(), Window());
        Assert.Equal("102\n\n", second.Ask($"1{first.Name}\r\nwrong1\n\n"));
        Assert.Equal("104\n\n", second.Ask($"1{first.Name}\r\n{first.Password}\n\n"));
        second.Begin(Unique.Word());
        Assert.Equal("104\n\n", second.Ask($"1{second.Name}\r\n{second.Password}\n\n"));
    }

    [Fact]
    public async Task The_name_is_used_as_it_was_typed_at_sign_in()
    {
        var (first, second) = Two();
        first.Say("once");
        second.Find(m => m.EndsWith("once\n", StringComparison.Ordinal), "the text");
        first.Dispose();
        second.Find(m => m == $"800\n\n{first.Name}", "the going");
        var typed = first.Name.ToUpperInvariant();
        var again = Window();
        Assert.Equal("101\n\n", again.Ask($"1{typed}\r\n{first.Password}\n\n"));
        Assert.StartsWith($"401\n\n{typed}\r\n", again.Ask("4\n\n"), StringComparison.Ordinal);
        Assert.Contains($"{typed}\t", again.Ask($"5\n\n{typed}"));
        await PauseAsync();
        Assert.Equal($"901\n\n{second.Name}", again.Ask($"9\n\n{typed}\r\n{second.Name}"));
        Assert.Equal($"905\n\n{first.Name}", second.Find(m => m.StartsWith("905", StringComparison.Ordinal), "the new friend").Plain);
    }

    [Fact]
    public void Friends_are_added_in_the_own_name_only_and_not_oneself()
    {
        var (first, second) = Two();
        Assert.Equal("904\n\n", first.Ask($"9\n\n{second.Name}\r\n{first.Name}"));
        Assert.Equal("904\n\n", first.Ask($"9\n\n{first.Name}\r\n{first.Name}"));
        Assert.Equal("904\n\n", first.Ask("9\n\nno lines"));
        Assert.Equal("903\n\n", first.Ask($"9\n\n{first.Name}\r\n"));
        Assert.Equal("903\n\n", first.Ask($"9\n\n{first.Name}\r\n{Unique.Word()}"));
        Assert.Equal($"901\n\n{second.Name}", first.Ask($"9\n\n{first.Name}\r\n{second.Name}"));
        Assert.Equal("902\n\n", first.Ask($"9\n\n{first.Name}\r\n{second.Name}"));
        Assert.Equal($"905\n\n{first.Name}", second.Next().Plain);
        Assert.Equal($"295\n\n{first.Name}", second.Ask($"0\n\n{second.Name}"));
        Assert.Equal("902\n\n", second.Ask($"9\n\n{second.Name}\r\n{first.Name}"));
    }

    [Fact]
    public void A_message_to_nobody_is_not_lost_in_silence()
    {
        var client = Classic();
        Assert.Equal("900\n\n", client.Ask($"3{Unique.Word()}\r\n3\n\nhi\n"));
        Assert.StartsWith("301<Chatroom>\r\n", client.Next().Plain, StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_headers_have_the_answer_of_their_code_and_the_connection_goes_on()
    {
        var (first, second) = Two();
        Assert.Equal("900\n\n", first.Ask("3\r\nfive\n\ntext\n"));
        Assert.Equal("900\n\n", first.Ask("3\r\n-5\n\ntext\n"));
        Assert.Equal("602\n\n", first.Ask("6\r\n?\n\n[emoji-happy]"));
        Assert.Equal("602\n\n", first.Ask("6\r\n4\n\nword"));
        Assert.Equal("702\n\n", first.Ask("7\r\nf.txt\n\nabc"));
        Assert.Equal("702\n\n", first.Ask("7\r\nf.txt\r\n1e9\n\nabc"));
        Assert.Equal("291\n\n", first.Ask("99\n\nonly one line"));
        Assert.Equal("291\n\n", first.Ask($"99\n\n{first.Name}\r\n{Unique.Word()}.txt"));
        Assert.Equal($"294{second.Name}\r\n{first.Name}\n\n", first.Ask($"98{second.Name}\r\n{first.Name}\n\n"));
        Assert.Equal($"293{first.Name}\r\n{second.Name}\n\n", first.Ask($"98{first.Name}\r\n{second.Name}\n\n"));
        first.Say("still here");
        Assert.Equal($"301{first.Name}\r\n11\n\nstill here\n", second.Next().Plain);
    }

    [Fact]
    public void Emoji_and_files_for_one_person_are_dropped_without_a_word_with_their_content()
    {
        var (first, second) = Two();
        first.Send($"6{second.Name}\r\n13\n\n[emoji-happy]7{second.Name}\r\nf.txt\r\n9\n\n3\r\n2\n\nno\n");
        first.Say("end");
        Assert.Equal($"301{first.Name}\r\n4\n\nend\n", second.Next().Plain);
    }

    [Fact]
    public void Requests_in_one_segment_and_a_request_in_many_are_read_as_they_were_meant()
    {
        var (first, second) = Two();
        first.Send("3\r\n2\n\na\n3\r\n2\n\nb\n6\r\n12\n\n[emoji-cake]4\n\n3\r\n1\n\n\n");
        Assert.Equal([$"301{first.Name}\r\n2\n\na\n", $"301{first.Name}\r\n2\n\nb\n", $"601{first.Name}\r\n12\n\n[emoji-cake]", $"301{first.Name}\r\n1\n\n\n"],
            Enumerable.Range(0, 4).Select(_ => second.Next().Plain));
        Assert.StartsWith("401\n\n", first.Next().Plain, StringComparison.Ordinal);
        foreach (var one in System.Text.Encoding.UTF8.GetBytes("3\r\n5\n\na😀é中\n"))
        {
            first.Send([one]);
        }

        Assert.Equal($"301{first.Name}\r\n5\n\na😀é中\n", second.Next().Plain);
        first.Send("7\r\nx.txt\r\n3\n\nabc");
        second.Find(m => m.StartsWith("701", StringComparison.Ordinal), "the file");
        second.Send($"99\n\n{second.Name}\r\nx.txt3\r\n2\n\nc\n");
        Assert.Equal("290x.txt\n\nabc", second.Find(m => m.StartsWith("290", StringComparison.Ordinal), "the content").Plain);
        Assert.Equal($"301{second.Name}\r\n2\n\nc\n", first.Next().Plain);
    }

    [Fact]
    public void Bytes_that_are_not_text_are_replaced_and_do_not_end_the_connection()
    {
        var (first, second) = Two();
        first.Send([.. "3\r\n4\n\n"u8, (byte)'a', 0xFF, (byte)'b', (byte)'\n']);
        Assert.Equal($"301{first.Name}\r\n4\n\na\uFFFDb\n", second.Next().Plain);
    }
}
