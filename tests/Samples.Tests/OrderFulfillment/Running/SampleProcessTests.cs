using System.Globalization;
using System.Text.RegularExpressions;
using Orchestration.OrderFulfillment.Generating;
using Orchestration.OrderFulfillment.Workflows.Storage;
using Orchestration.Samples.Tests.Support;

namespace Orchestration.Samples.Tests.OrderFulfillment.Running;

/// <summary>The real thing: the built sample in a process of its own, with and without kill -9.</summary>
public sealed partial class SampleProcessTests : IDisposable
{
    private const string Sample = "Orchestration.OrderFulfillment";
    private const int Count = 240;

    private readonly TempDirectory _directory = new();

    public SampleProcessTests()
    {
        var data = new SampleData(seed: 11, productCount: 40, orderCount: Count);
        File.WriteAllLines(_directory.File("products.jsonl"), data.Products());
        File.WriteAllLines(_directory.File("orders.jsonl"), data.Orders());
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Run_Undisturbed_EndsEveryOrderWithACleanAudit()
    {
        File.AppendAllLines(_directory.File("orders.jsonl"), ["{\"orderId\":\"x\"", "{\"orderId\":null}"]);
        var (exitCode, output) = await SampleProcess.RunAsync(Sample, Arguments());

        Assert.True(exitCode == 0, output);
        Assert.Contains("Audit: clean", output, StringComparison.Ordinal);
        Assert.Contains($"orders.jsonl:{Count + 1}: not JSON", output, StringComparison.Ordinal);
        Assert.Contains($"orders.jsonl:{Count + 2}: orderId is null", output, StringComparison.Ordinal);
        Assert.Equal(Count, Row(output, "shipped") + Row(output, "compensated") + Row(output, "rejected"));
        Assert.Equal(2, Row(output, "lines that could not be used"));
        Assert.NotEqual(0, Row(output, "retries"));

        // Whoever runs it again finds everything done, and the same books.
        var (again, audited) = await SampleProcess.RunAsync(Sample, "--data", _directory.File("data"), "--audit");
        Assert.True(again == 0, audited);
        Assert.Equal(Count, Row(audited, "ended in an earlier run"));
        Assert.Equal(Row(output, "shipped"), Row(audited, "shipped"));
    }

    [Fact]
    public async Task Run_KilledAgainAndAgain_EndsEveryOrderWithACleanAudit()
    {
        var random = new Random(Environment.TickCount);
        var kills = new List<int>();
        await SamplePrograms.KillAsync(
            Sample, _directory.File("data"), Arguments(), [.. Enumerable.Range(0, 4).Select(Kill)]);

        var (exitCode, output) = await SampleProcess.RunAsync(Sample, Arguments());

        var story = $"killed at lines {string.Join(", ", kills)}\n{output}";
        Assert.True(exitCode == 0, story);
        Assert.Contains("Audit: clean", output, StringComparison.Ordinal);
        Assert.True(Row(output, "ended in an earlier run") + Row(output, "resumed from an earlier run") > 0, story);
        Assert.Equal(Count, Row(output, "shipped") + Row(output, "compensated") + Row(output, "rejected"));
        Assert.Distinct(ChargedOrders());

        // From the moment at which the silo starts to wake what the last process left, to nearly the end.
        Func<Action<SampleProcess, string>> Kill(int i) => () =>
        {
            var line = random.Next(1, 5 + (4 * i));
            kills.Add(line);
            return KillAt(line);
        };
    }

    [Fact]
    public async Task Run_WhatCannotBe_SaysSoAndWritesNothing()
    {
        var (missing, message) = await SampleProcess.RunAsync(
            Sample, "--orders", _directory.File("none.jsonl"), "--products", _directory.File("products.jsonl"));
        Assert.Equal(2, missing);
        Assert.Contains("There is no file", message, StringComparison.Ordinal);

        var (flight, limit) = await SampleProcess.RunAsync(Sample, "--in-flight", "0", "--data", _directory.File("data"));
        Assert.Equal(2, flight);
        Assert.Contains("--in-flight must be from 1", limit, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.File("data")));

        var (number, words) = await SampleProcess.RunAsync(Sample, "--in-flight", "some", "--data", _directory.File("data"));
        Assert.Equal(2, number);
        Assert.DoesNotContain("   at ", words, StringComparison.Ordinal);
    }

    private string[] Arguments() =>
    [
        "--orders", _directory.File("orders.jsonl"),
        "--products", _directory.File("products.jsonl"),
        "--data", _directory.File("data"),
    ];

    /// <summary>
    /// Kills the process when it has reported its progress so many times; on the event, so that no clock is involved.
    /// </summary>
    private static Action<SampleProcess, string> KillAt(int progressLine)
    {
        var seen = 0;
        return (process, line) =>
        {
            if (Progress().IsMatch(line) && ++seen == progressLine) process.Kill();
        };
    }

    private List<string> ChargedOrders()
    {
        using var ledger = SqliteSession.OpenToRead(Path.Combine(_directory.File("data"), "payments.db"));
        return ledger.All("SELECT order_id FROM charges WHERE state = 'charged'", static row => row.GetString(0));
    }

    private static int Row(string output, string name)
    {
        var row = Regex.Match(output, $@"│ {Regex.Escape(name)} +│ +([\d,]+) │");
        return row.Success ? int.Parse(row.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^\d+ of \d+ orders ended$")]
    private static partial Regex Progress();
}
