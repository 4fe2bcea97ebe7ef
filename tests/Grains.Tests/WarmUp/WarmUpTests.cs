using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestration.Grains.WarmUp;
using Orchestration.Grains.Workflows.Telemetry;

namespace Orchestration.Grains.Tests.WarmUp;

/// <summary>What a silo that joins others does before it takes work.</summary>
public sealed class WarmUpTests
{
    [Fact]
    public async Task WarmUp_RunsTheWholeEngine_AndNobodyMeasuresIt()
    {
        var spans = 0;
        using var traces = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == WorkflowInstruments.Name,

            // As samplers do: what hangs under a parent that is not recorded is not recorded either.
            Sample = static (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.SpanId == default || options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
                    ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStarted = span =>
            {
                // Other tests' runs have spans too.
                if (span.TagObjects.Any(static t => t.Value is string id && id.Contains("warm-up", StringComparison.Ordinal))
                    || span.DisplayName.Contains("warm-up", StringComparison.OrdinalIgnoreCase))
                    Interlocked.Increment(ref spans);
            },
        };
        ActivitySource.AddActivityListener(traces);
        var meters = new List<string>();
        using var measures = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                lock (meters) meters.Add(instrument.Meter.Name);
            },
        };
        measures.Start();
        await WarmUpSilo.RunAsync();

        Assert.Equal(0, spans);
        lock (meters) Assert.Contains($"warm-up of {WorkflowInstruments.Name}", meters);
    }
}
