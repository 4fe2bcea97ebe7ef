using System.Diagnostics;
using System.Globalization;
using Orchestration.Simulation;
using Orchestration.Simulation.Cluster;

// dotnet run --project tests/Simulation -- [--from N] [--count N] [--break NAME] [--calm] [--twice] [--log]
// One line a seed that failed, a summary, and exit code 1 if there was one. A seed again: --from SEED --count 1.
var from = ulong.Parse(Option("--from") ?? "1", CultureInfo.InvariantCulture);
var count = ulong.Parse(Option("--count") ?? "100", CultureInfo.InvariantCulture);
var broken = Enum.Parse<SimBreak>(Option("--break") ?? nameof(SimBreak.Nothing), ignoreCase: true);
var stop = args.Contains("--stop");
var watch = Stopwatch.StartNew();
var (failed, steps, attempts, lived) = (0, 0L, 0L, 0UL);
for (var seed = from; seed < from + count; seed++)
{
    var report = SimWorld.Live(seed, broken, args.Contains("--calm"), args.Contains("--log") ? new ConsoleLog() : null);
    steps += report.Steps;
    attempts += report.Attempts;
    lived++;
    if (args.Contains("--course")) Console.WriteLine($"COURSE {seed} {report.Course:x16} {report.Steps}");
    if (args.Contains("--twice") && SimWorld.Live(seed, broken,
        args.Contains("--calm")) is { } again && again.Course != report.Course)
    {
        failed++;
        Console.WriteLine($"COURSE {seed} took two courses ({report.Steps} and {again.Steps} steps)");
    }

    if (report.Findings.Count == 0) continue;
    failed++;
    Console.WriteLine($"FAILED {seed} {string.Join(" || ", report.Findings.Take(3)).ReplaceLineEndings(" ")}");
    if (stop) break;
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"SEEDS {lived} FAILED {failed} STEPS {steps} ATTEMPTS {attempts} SECONDS {watch.Elapsed.TotalSeconds:0.0}"));
return failed == 0 ? 0 : 1;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
