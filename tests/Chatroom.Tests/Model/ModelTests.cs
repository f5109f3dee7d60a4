using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;

namespace Chatroom.Tests.Model;

/// <summary>
/// The server against a model of what it promises: random people, devices and operations; after each step every device's rooms, everyone's unread
/// counts, memberships and the codes of refusals have to be those of the model. A failure prints its seed (CsCheck_Seed repeats it) and the smallest sequence found.
/// </summary>
public sealed class ModelTests
{
    private const string Variable = "CHATROOM_MODEL_ITERATIONS";
    private const int Usual = 250;

    private static int Iterations => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : Usual;

    [Fact]
    public async Task The_server_does_what_the_model_does()
    {
        var failed = new ConcurrentQueue<Operation[]>();
        try
        {
            await Operation.Any.Array[1, 120].SampleAsync(
                async operations =>
                {
                    if (await FailureAsync(operations) is { } failure)
                    {
                        failed.Enqueue(operations);
                        throw new InvalidOperationException(failure);
                    }
                },
                iter: Iterations,
                threads: 2,
                print: operations => $"{operations.Length} operations");
        }
        catch (CsCheckException e)
        {
            var (smallest, failure) = await ReduceAsync(failed.MinBy(f => f.Length)!);
            var steps = string.Join(Environment.NewLine, smallest.Select(o => $"new(Act.{o.Act}, {o.Who}, {o.Device}, {o.Room}, {o.Target}, {o.Value}),"));
            Assert.Fail($"{e.Message}{Environment.NewLine}Reduced to {smallest.Count} operations: {failure}{Environment.NewLine}{steps}");
        }
    }

    // Takes out runs of operations, then single ones, as long as what is left still fails.
    private static async Task<(IReadOnlyList<Operation> Smallest, string? Failure)> ReduceAsync(IReadOnlyList<Operation> operations)
    {
        var failure = await FailureAsync(operations);
        for (var size = Math.Max(1, operations.Count / 2); size >= 1; size = size == 1 ? 0 : size / 2)
        {
            for (var at = 0; at < operations.Count;)
            {
                Operation[] fewer = [.. operations.Take(at), .. operations.Skip(at + size)];
                if (await FailureAsync(fewer) is { } still)
                {
                    (operations, failure) = (fewer, still);
                }
                else
                {
                    at += size;
                }
            }
        }

        return (operations, failure);
    }

    private static async Task<string?> FailureAsync(IReadOnlyList<Operation> operations)
    {
        try
        {
            await Walk.RunAsync(operations);
            return null;
        }
        catch (Exception e)
        {
            return e.Message;
        }
    }
}
