using System.Diagnostics;
using System.Globalization;
using Orchestration.Simulation;
using Orchestration.Simulation.Breaking;
using Orchestration.Simulation.Cluster;

// dotnet run --project tests/Simulation -- [--from N] [--count N] [--seeds N,N,...] [--break NAME|All] [--stop] [--calm]
//     [--known] [--twins N] [--wakes N] [--course] [--twice] [--log] [--steps]
// One line a seed that failed, a summary, and exit code 1 if there was one. A seed again: --from SEED --count 1. Every Nth
// world is lived through without faults too (--twins, 10 unless given; 0 for none), and what must not depend on them is
// compared. --break All breaks each rule in turn, says by which seed it was found, and gives exit code 1 if one was not; with
// --known the seed that last found it is tried first.
var from = ulong.Parse(Option("--from") ?? "1", CultureInfo.InvariantCulture);
var count = ulong.Parse(Option("--count") ?? "100", CultureInfo.InvariantCulture);
var seeds = Option("--seeds")?.Split(',').Select(static s => ulong.Parse(s, CultureInfo.InvariantCulture)).ToArray();
var twins = ulong.Parse(Option("--twins") ?? "10", CultureInfo.InvariantCulture);
if (Option("--wakes") is { } wakes)
    SimBuild.First.Engine.MaximumWakes = SimBuild.Second.Engine.MaximumWakes = int.Parse(wakes, CultureInfo.InvariantCulture);
var calm = args.Contains("--calm");
var named = Option("--break") ?? nameof(SimBreak.Nothing);
return named == "All" ? BreakAll() : Live(Enum.Parse<SimBreak>(named, ignoreCase: true));

int Live(SimBreak broken)
{
    var watch = Stopwatch.StartNew();
    var (failed, steps, attempts, lived) = (0, 0L, 0L, 0UL);
    foreach (var seed in seeds ?? Range())
    {
        var report = SimWorld.Live(seed, broken, calm, args.Contains("--log") ? new ConsoleLog() : null,
            args.Contains("--steps") ? Console.WriteLine : null);
        steps += report.Steps;
        attempts += report.Attempts;
        lived++;
        if (args.Contains("--course")) Console.WriteLine($"COURSE {seed} {report.Course:x16} {report.Steps} {report.Lasted}");
        var findings = report.Findings.ToList();
        if (args.Contains("--twice") && SimWorld.Live(seed, broken, calm) is { } again && again.Course != report.Course)
            findings.Add($"took two courses ({report.Steps} and {again.Steps} steps)");
        if (findings.Count == 0 && !calm && broken == SimBreak.Nothing && (count == 1 || (twins > 0 && seed % twins == 0)))
            findings.AddRange(Differences(report, SimWorld.Live(seed, calm: true)));
        if (findings.Count == 0) continue;
        failed++;
        Console.WriteLine($"FAILED {seed} {string.Join(" || ", findings.Take(3)).ReplaceLineEndings(" ")}");
        if (args.Contains("--stop")) break;
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"SEEDS {lived} FAILED {failed} STEPS {steps} ATTEMPTS {attempts} SECONDS {watch.Elapsed.TotalSeconds:0.0}"));
    return failed == 0 ? 0 : 1;
}

int BreakAll()
{
    var missed = 0;
    foreach (var broken in Enum.GetValues<SimBreak>().Where(static b => b != SimBreak.Nothing))
    {
        var watch = Stopwatch.StartNew();
        var rule = RuleAttribute.Of(broken);
        var (tried, found) = (0UL, (SimReport?)null);
        foreach (var seed in args.Contains("--known") ? Range().Prepend(rule.Seed) : Range())
        {
            tried++;
            if (SimWorld.Live(seed, broken) is not { Findings.Count: > 0 } report) continue;
            found = report;
            break;
        }

        if (found is null) missed++;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(found is null ? "MISSED" : "FOUND")} {rule.Number} {broken} by {found?.Seed}, the {tried}. seed, ")
            + string.Create(CultureInfo.InvariantCulture, $"in {watch.Elapsed.TotalSeconds:0.0} s: ")
            + found?.Findings[0].ReplaceLineEndings(" "));
    }

    return missed == 0 ? 0 : 1;
}

IEnumerable<ulong> Range()
{
    for (var seed = from; seed < from + count; seed++) yield return seed;
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

static IEnumerable<string> Differences(SimReport report, SimReport twin)
{
    foreach (var finding in twin.Findings) yield return $"without faults: {finding}";
    foreach (var (id, outcome) in report.Outcomes)
        if (twin.Outcomes.TryGetValue(id, out var other) && other != outcome)
            yield return $"{id} came to '{outcome}', and without faults to '{other}'";
}
