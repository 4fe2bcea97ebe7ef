using System.Globalization;
using System.Text.Json.Nodes;
using Orchestration.Chaos.Checking;
using Orchestration.Chaos.Cluster;
using Orchestration.Chaos.Faults;
using Orchestration.Chaos.Load;
using Orchestration.OrderFulfillment.Auditing;

namespace Orchestration.Chaos.Reporting;

/// <summary>What a run has shown.</summary>
internal sealed class Verdict
{
    private const double LongestRecovery = 10;
    private const double LongestRetry = 6;
    private const double MostAdded = 0.5;

    public required ChaosOptions Options { get; init; }

    /// <summary>Orders a second that were measured before; 0 where a rate was given.</summary>
    public required double Capacity { get; init; }

    public required double Rate { get; init; }

    public required IReadOnlyList<Fault> Plan { get; init; }

    public required IReadOnlyList<int> Completed { get; init; }

    /// <summary>How long orders took over the waits of their own, by the second in which they ended.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Latencies { get; init; }

    /// <summary>When the last order came in.</summary>
    public required double End { get; init; }

    public required OrderDesk Desk { get; init; }

    public required HistoryCheck Check { get; init; }

    public required IReadOnlyList<Violation> Audit { get; init; }

    public required IReadOnlyList<SiloLife> Lives { get; init; }

    /// <summary>Whether something is lost, doubled or left open, or a bound was missed.</summary>
    public bool IsBroken => Wrong.Any() || (Options.IsBounded && Missed.Any());

    private IEnumerable<string> Wrong =>
        Audit.Select(static v => $"{v.Subject}: {v.Rule}: {v.Detail}").Concat(Check.Findings).Concat(Desk.Findings)
            .Concat(Desk.Open > 0 ? [$"{Desk.Open} orders have no end"] : [])
            .Concat(Desk.Ends.Count == 0 ? ["no order ended at all"] : []);

    private IEnumerable<string> Missed =>
        Struck.Where(f => RecoveryOf(f).Seconds > LongestRecovery).Select(f => string.Create(
                CultureInfo.InvariantCulture, $"the {f.Kind} at {f.At:0} s: throughput back after {RecoveryOf(f).Seconds:0.0} s"))
            .Concat(Check.LostRetries is { Count: > 0 } lost && lost[^1] > LongestRetry
                ? [$"a lost attempt was tried again after {lost[^1].ToString("0.0", CultureInfo.InvariantCulture)} s "
                    + $"({Check.LongestRetry})"] : [])
            .Concat(Struck.Where(f => f.Kind == FaultKind.Leave && AddedBy(f) > MostAdded).Select(f => string.Create(
                CultureInfo.InvariantCulture, $"the {f.Kind} at {f.At:0} s added {AddedBy(f) * 1000:0} ms at p99")))
            .Concat(Desk.Errors.Select(static e => $"{e.Value} x {e.Key} reached the caller"));

    private IEnumerable<Fault> Struck => Plan.Where(static f => !double.IsNaN(f.At));

    /// <summary>The table of faults, the throughput, and all that is wrong.</summary>
    public void Write(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("throughput by second:");
        foreach (var (line, i) in Completed.Take((int)End).Chunk(20).Select(static (c, i) => (c, i)))
            output.WriteLine($"{i * 20,5} s {string.Join(' ', line.Select(static n => $"{n,4}"))}");
        output.WriteLine();
        output.WriteLine("fault          at    silos  lasts   lowest  back after  p99");
        foreach (var fault in Struck)
        {
            var (seconds, lowest) = RecoveryOf(fault);
            var slowest = Slowness.Of(Latencies, fault) * 1000;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{fault.Kind,-10} {fault.At,6:0.0} {string.Join(',', fault.Silos),8} {fault.Length.TotalSeconds,5:0} s ")
                + string.Create(CultureInfo.InvariantCulture, $"{lowest * 100,6:0} % {seconds,9:0.0} s {slowest,6:0} ms"));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"in peace, p99 over the waits of their own: {Peace * 1000:0} ms"));
        var each = Slowness.OfEachPeace(Latencies, Plan, End)
            .Select(static seconds => (seconds * 1000).ToString("0", CultureInfo.InvariantCulture));
        output.WriteLine($"  of each of its stretches: {string.Join(", ", each)} ms");
        output.WriteLine();
        output.WriteLine(
            $"{Desk.Acknowledged.Count} orders, {Desk.Ends.Count} ended; {Check.Runs} runs of {Check.Events} events; "
            + $"{Check.Lost} attempts lost, {Lives.Count} silo processes");
        foreach (var wrong in Wrong.Take(40)) output.WriteLine($"WRONG   {wrong}");
        foreach (var missed in Missed.Take(40)) output.WriteLine($"MISSED  {missed}");
    }

    /// <summary>All of it in one line.</summary>
    public string ToJson()
    {
        var lost = Check.LostRetries;
        return new JsonObject
        {
            ["chaos"] = IsBroken ? "broken" : "clean",
            ["silos"] = Options.Silos, ["seconds"] = Options.Length.TotalSeconds,
            ["fault_every"] = Options.FaultEvery.TotalSeconds, ["seed"] = Options.Seed,
            ["capacity"] = Round(Capacity), ["rate"] = Round(Rate),
            ["orders"] = Desk.Acknowledged.Count, ["ended"] = Desk.Ends.Count, ["runs"] = Check.Runs, ["events"] = Check.Events,
            ["wrong"] = Wrong.Count(), ["missed"] = Missed.Count(),
            ["errors"] = new JsonObject(Desk.Errors.Select(static e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value))),
            ["lost_attempts"] = Check.Lost,
            ["lost_retry_s"] = lost.Count == 0 ? null : new JsonObject
            {
                ["n"] = lost.Count, ["p50"] = Round(lost[lost.Count / 2]), ["max"] = Round(lost[^1]),
            },
            ["longest_recovery_s"] = Round(Struck.Select(f => RecoveryOf(f).Seconds).DefaultIfEmpty(0).Max()),
            ["p99_in_peace_ms"] = Round(Peace * 1000),
            ["faults"] = new JsonArray([.. Struck.Select(f => (JsonNode)new JsonObject
            {
                ["kind"] = f.Kind.ToString(), ["at"] = Round(f.At), ["silos"] = string.Join(',', f.Silos),
                ["for_s"] = Round(f.Length.TotalSeconds), ["lowest"] = Round(RecoveryOf(f).Lowest),
                ["back_s"] = Round(RecoveryOf(f).Seconds), ["p99_ms"] = Round(Slowness.Of(Latencies, f) * 1000),
            })]),
        }.ToJsonString();
    }

    private double Peace => Slowness.InPeace(Latencies, Plan, End);

    private double AddedBy(Fault fault) => Slowness.Of(Latencies, fault) - Peace;

    private (double Seconds, double Lowest) RecoveryOf(Fault fault) =>
        Recovery.Of(Completed, Rate, fault.At, Recovery.Next(Plan, fault, End));

    private static JsonValue? Round(double value) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, 2)) : null;
}
