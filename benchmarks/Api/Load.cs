using System.Diagnostics;

namespace Orchestration.Benchmarks.Api;

/// <summary>64 callers that each have a workflow carried out, one after the other.</summary>
internal sealed class Load(BenchSilo silo, string workflow)
{
    private const int Callers = 64;

    private int _next;

    /// <summary>How many have been carried out.</summary>
    public int Done => Volatile.Read(ref _next);

    /// <summary>Calls for so long: workflows a second, and milliseconds of the silo's CPU a workflow.</summary>
    public async Task<(double Rate, double Cpu)> RunAsync(TimeSpan length)
    {
        var (cpu, from, began) = (silo.Cpu, Done, Stopwatch.GetTimestamp());
        var until = began + (long)(length.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (Stopwatch.GetTimestamp() < until)
                await silo.Client.GetWorkflow($"f{Interlocked.Increment(ref _next)}", workflow).ExecuteAsync<string>("x");
        }));
        var done = Done - from;
        return (done / Stopwatch.GetElapsedTime(began).TotalSeconds, (silo.Cpu - cpu).TotalMilliseconds / done);
    }
}
