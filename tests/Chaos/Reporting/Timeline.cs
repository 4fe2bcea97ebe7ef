using System.Diagnostics;
using System.Globalization;

namespace Orchestration.Chaos.Reporting;

/// <summary>What happens, when: printed as it does.</summary>
internal sealed class Timeline(TextWriter output)
{
    private readonly Lock _gate = new();
    private long _began = Stopwatch.GetTimestamp();

    /// <summary>Seconds since the load began.</summary>
    public double Now => Stopwatch.GetElapsedTime(_began).TotalSeconds;

    /// <summary>Time counts from now on.</summary>
    public void Begin() => _began = Stopwatch.GetTimestamp();

    public void Add(string what)
    {
        lock (_gate)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Now,7:0.0} s  {what}"));
            output.Flush();
        }
    }
}
