using System.Globalization;

namespace Orchestration.Benchmarks.Api;

/// <summary>
/// W1 (five activities in sequence, 64 in flight) under several settings of the silo. All silos live at once and are loaded in
/// turns, a second each, so that all meet the same machine, whatever else it does; CPU is the whole of a silo's from the first
/// turn to the last, so that what it does after its turn is its own.
/// </summary>
internal static class Comparison
{
    // With telemetry there is more code to be compiled to its last tier, which is no cost of a workflow.
    private const int WarmUps = 14;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    /// <summary>
    /// "40|off|http,otlp,OTEL_BSP_MAX_EXPORT_BATCH_SIZE=512": 40 turns each of a silo without anything, and of one that serves
    /// the API, sends OTLP and has a variable of the environment. build=FOLDER takes another build's.
    /// </summary>
    public static async Task RunAsync(string text)
    {
        var parts = text.Split('|');
        var turns = int.Parse(parts[0], CultureInfo.InvariantCulture);
        var sides = new List<Side>();
        try
        {
            foreach (var settings in parts[1..]) sides.Add(await Side.StartAsync(settings));
            for (var i = 0; i < WarmUps; i++)
                foreach (var side in sides) await side.Load.RunAsync(Turn);
            foreach (var side in sides) await side.BeginAsync();
            for (var i = 0; i < turns; i++)
                foreach (var side in sides) side.Rates.Add((await side.Load.RunAsync(Turn)).Rate);
            var first = (Side.Figures?)null;
            foreach (var side in sides)
            {
                var figures = await side.EndAsync();
                first ??= figures;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"W1 under '{side.Settings}': {figures.Rate:0} /s (median of turns; {figures.Rate / first.Rate:0.000} x), "
                    + $"{figures.Cpu:0.0000} ms of the silo's CPU each ({figures.Cpu / first.Cpu:0.000} x), exported "
                    + $"{figures.Exported:0} bytes each in {figures.Requests} requests, allocated {figures.Allocated:0} bytes "
                    + $"each, {figures.Collections:0} collections of {figures.Paused:0} ms in all"));
            }
        }
        finally
        {
            foreach (var side in sides) await side.DisposeAsync();
        }
    }

    /// <summary>One silo, what it sends to, and its load.</summary>
    private sealed class Side(string settings, BenchSilo silo, Collector collector) : IAsyncDisposable
    {
        private TimeSpan _cpu;
        private double[] _memory = [];
        private (int Done, long Bytes, long Requests) _from;

        public string Settings { get; } = settings;

        public Load Load { get; } = new(silo, "bench-five");

        public List<double> Rates { get; } = [];

        public static async Task<Side> StartAsync(string settings)
        {
            var (words, collector) = (settings.Split(','), new Collector());
            var environment = words.Select(static w => w.Split('=', 2)).Where(static w => w.Length == 2)
                .ToDictionary(static w => w[0], static w => w[1]);
            if (words.Contains("otlp"))
            {
                environment.TryAdd("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address);
                environment.TryAdd("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
            }

            environment.Remove("build", out var build);
            return new Side(settings, await BenchSilo.StartAsync(words.Contains("http"), environment, null, build), collector);
        }

        public async Task BeginAsync()
        {
            _memory = await MemoryAsync();
            (_cpu, _from) = (silo.Cpu, (Load.Done, collector.Bytes, collector.Requests));
        }

        public async Task<Figures> EndAsync()
        {
            var (cpu, memory, done) = (silo.Cpu, await MemoryAsync(), Load.Done - _from.Done);
            return new Figures(
                Rates.Order().ElementAt(Rates.Count / 2), (cpu - _cpu).TotalMilliseconds / done,
                (double)(collector.Bytes - _from.Bytes) / done, collector.Requests - _from.Requests,
                (memory[0] - _memory[0]) / done, memory[1] - _memory[1], memory[2] - _memory[2]);
        }

        public async ValueTask DisposeAsync()
        {
            await silo.DisposeAsync();
            await collector.DisposeAsync();
        }

        private Task<double[]> MemoryAsync() =>
            silo.Client.GetWorkflow(Guid.NewGuid().ToString("N"), "bench-memory").ExecuteAsync<double[]>("");

        public sealed record Figures(
            double Rate, double Cpu, double Exported, long Requests, double Allocated, double Collections, double Paused);
    }
}
