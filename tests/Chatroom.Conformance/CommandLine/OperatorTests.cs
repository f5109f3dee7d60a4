using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Chatroom.Conformance.CommandLine;

/// <summary>What goes wrong at a start is said in a sentence, by the server and by the doctor alike, and what an operator has to know is told once.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OperatorTests : IDisposable
{
    private readonly Operator someone = new();

    public void Dispose() => someone.Dispose();

    [Fact]
    public async Task What_the_account_may_not_read_or_write_is_found_by_the_doctor_and_refused_by_the_server_in_the_same_words()
    {
        await someone.ServeAsync();
        (await someone.DoctorAsync()).Ends(0);
        foreach (var (name, mode, words) in new[]
        {
            ("", "300", "read and written"), ("", "500", "read and written"), ("lock", "000", "read and written"), ("keyring.json", "000", "read"),
            ("chatroom.db", "000", "read and written"), ("chatroom.db", "400", "read and written"), ("server.key.sealed", "000", "read"), ("files", "500", "read and written"),
        })
        {
            var path = Path.Combine(someone.Data, name).TrimEnd('/');
            var before = File.GetUnixFileMode(path);
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));
            var (doctor, server) = (await someone.DoctorAsync(), await someone.RefusedAsync());
            File.SetUnixFileMode(path, before);

            var said = $"{path} cannot be {words} by the account ";
            Assert.Contains("WRONG  " + said, doctor.Ends(1).Output);
            Assert.StartsWith("chatroom: " + said, server.Ends(1).Errors);
            Assert.Contains("chown", server.Errors);
        }

        (await someone.DoctorAsync()).Ends(0);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_found_and_refused()
    {
        var above = Directory.CreateDirectory(Path.Combine(someone.Folder, "closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;
        string[] there = ["--data", Path.Combine(above, "a", "data")];
        Assert.Contains($"may not write to {above}", (await someone.RunAsync(["doctor", .. there])).Ends(1).Output);
        Assert.Contains($"may not write to {above}", (await someone.RunAsync(["serve", .. there])).Ends(1).Errors);
    }

    [Fact]
    public async Task A_master_key_that_cannot_be_made_is_found_and_refused()
    {
        var key = Path.Combine(Directory.CreateDirectory(Path.Combine(someone.Folder, "closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName, "master.key");
        Assert.Contains($"WRONG  {key} cannot be made by the account ", (await someone.DoctorAsync("--master-key", key)).Ends(1).Output);
        Assert.StartsWith($"chatroom: {key} cannot be made by the account ", (await someone.RefusedAsync("--master-key", key)).Ends(1).Errors);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_read_is_not_told_to_be_no_data_folder_by_a_backup()
    {
        await someone.ServeAsync();
        File.SetUnixFileMode(someone.Data, UnixFileMode.None);
        Assert.StartsWith($"chatroom: {someone.Data} cannot be read by the account ", (await someone.RunAsync("backup", "--data", someone.Data, "--to", Path.Combine(someone.Folder, "copy"))).Ends(1).Errors);
        File.SetUnixFileMode(someone.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task A_port_in_use_is_found_and_refused()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        foreach (var setting in (string[])["--http", "--metrics", "--listen"])
        {
            var address = other.LocalEndpoint.ToString()!;
            Assert.Contains($"WRONG  {address} is in use", (await someone.RunAsync("doctor", setting, address)).Ends(1).Output);
            Assert.Contains($"{address} is in use", (await someone.RefusedAsync(setting, address)).Ends(1).Errors);
        }
    }

    [Fact]
    public async Task Where_the_master_key_is_is_told_until_somebody_has_registered()
    {
        var first = await someone.ServeAsync(someone.RegisterAsync);
        Assert.Contains($"master key in {someone.MasterKey}: ", first.Output);
        Assert.Contains("Keep a copy of it, apart from the backups", first.Output);
        Assert.DoesNotContain("master key", (await someone.ServeAsync()).Output);
    }

    [Fact]
    public async Task Another_master_key_is_refused_with_the_name_of_the_file_that_was_tried()
    {
        await someone.ServeAsync();
        await File.WriteAllTextAsync(someone.MasterKey, new string('1', 64) + "\n");
        Assert.Contains($"The master key {someone.MasterKey} does not belong to {someone.Data}", (await someone.RefusedAsync()).Ends(1).Errors);
        var doctor = (await someone.DoctorAsync()).Ends(1).Output;
        Assert.Contains($"The master key {someone.MasterKey} does not belong to {someone.Data}", doctor);
        Assert.DoesNotContain("touched", doctor);
    }

    [Fact]
    public async Task A_lost_certificate_is_warned_of_with_the_new_fingerprint_and_only_when_people_knew_it()
    {
        var certificate = Path.Combine(someone.Data, "server.crt");
        var first = await someone.ServeAsync();
        File.Delete(certificate);
        var second = await someone.ServeAsync(someone.RegisterAsync);
        File.Delete(certificate);
        Assert.Contains("server.crt", (await someone.DoctorAsync()).Ends(1).Output);
        var third = await someone.ServeAsync();
        Assert.All([first, second], run => Assert.DoesNotContain("\"event\":52", run.Errors));
        Assert.Contains("\"event\":52", third.Errors);
        Assert.Contains("so a new one was made: its fingerprint is " + Operator.Fingerprint(third.Output), third.Errors);
        Assert.NotEqual(Operator.Fingerprint(second.Output), Operator.Fingerprint(third.Output));
    }

    [Fact]
    public async Task Everything_in_the_data_folder_is_its_owner_s_alone()
    {
        await someone.ServeAsync();
        File.SetUnixFileMode(Path.Combine(someone.Data, "lock"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await someone.ServeAsync();
        Assert.All(Directory.GetFiles(someone.Data, "*", SearchOption.AllDirectories), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Contains(Path.Combine(someone.Data, "lock"), Directory.GetFiles(someone.Data));
    }

    [Fact]
    public async Task A_file_in_place_of_the_data_folder_is_told_apart_from_a_folder()
    {
        await File.WriteAllTextAsync(someone.Data, "");
        Assert.Contains($"{someone.Data} is a file", (await someone.RefusedAsync()).Ends(1).Errors);
    }

    [Theory]
    [InlineData("serve", "--listen", "nowhere")]
    [InlineData("serve", "--registration", "maybe")]
    [InlineData("doctor", "--max-file-size", "-1")]
    [InlineData("serve", "--config", "none.conf")]
    [InlineData("serve", "--http", "0.0.0.0:7080")]
    [InlineData("serve", "--no-such-option")]
    public async Task A_wrong_value_is_wrong_usage_as_a_wrong_option_is(params string[] arguments) =>
        Assert.EndsWith($"see chatroom {arguments[0]} --help\n", (await someone.RunAsync(arguments)).Ends(2).Errors);
}
