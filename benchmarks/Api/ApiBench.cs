using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace Orchestration.Benchmarks.Api;

/// <summary>
/// What the HTTP API costs, each against what it is held to: a start, a list and a description among many workflows, live
/// streams, telemetry. One line each; ratios are measured in one run.
/// </summary>
internal static class ApiBench
{
    /// <summary>A stream sends a sign of life every 15 s and asks anew every 18 s: whole rounds of both.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(90);

    private const string Workflows = "api/v1/namespaces/default/workflows";

    public static async Task<int> RunAsync(string[] args)
    {
        foreach (var what in args)
        {
            var parts = what.Split('=');
            if (parts[0] is "stores" or "compare" or "starts-of")
            {
                var text = what[(parts[0].Length + 1)..];
                await (parts[0] switch
                {
                    "stores" => StoresAsync(text.Split(',')),
                    "starts-of" => StartsAsync(1500, text),
                    _ => Comparison.RunAsync(text),
                });
                continue;
            }

            var number = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
            await (parts[0] switch
            {
                "starts" => StartsAsync(number > 0 ? number : 1500),
                "blocks" => BlocksAsync(number > 0 ? number : 3000),
                "lists" => ListsAsync(number > 0 ? number : 100_000),
                "streams" => StreamsAsync(number > 0 ? number : 1000),
                "telemetry" => Comparison.RunAsync($"{(number > 0 ? number : 40)}|off|http,otlp"),
                _ => throw new ArgumentException(
                    "starts[=N] starts-of=BUILD blocks[=N] lists[=N] streams[=N] telemetry[=TURNS] stores=DIR,DIR "
                    + "compare=TURNS|SETTINGS|SETTINGS"),
            });
        }

        return 0;
    }

    // One each in turns, the one first and then the other, so that both meet the same machine in the same state.
    private static async Task StartsAsync(int count, string? build = null)
    {
        const int WarmUps = 300;
        await using var silo = await BenchSilo.StartAsync(http: true, build: build);
        var (grain, api, bare) = (new List<double>(), new List<double>(), new List<double>());
        var input = new string('x', 200);
        for (var i = -WarmUps; i < count; i++)
        {
            for (var turn = 0; turn < 2; turn++)
            {
                if ((turn + i) % 2 == 0)
                    await TimedAsync(grain, i, () => silo.Client.GetWorkflow($"g{i}", "bench-waiter").StartAsync(input));
                else
                    await TimedAsync(api, i, () => PostAsync($$"""{"id":"a{{i}}","type":"bench-waiter","input":"{{input}}"}"""));
            }
        }

        // What HTTP itself costs here: a request of the same size that the silo refuses by itself.
        for (var i = -WarmUps; i < count; i++)
            await TimedAsync(bare, i, () => PostAsync($$"""{"id":"b{{i}}","input":"{{input}}"}""", HttpStatusCode.BadRequest));
        Say($"starts: p50 by grain reference {Quantile(grain, 0.5):0.000} ms, by API {Quantile(api, 0.5):0.000} ms, "
            + $"ratio {Quantile(api, 0.5) / Quantile(grain, 0.5):0.00}; p99 {Quantile(grain, 0.99):0.00} and "
            + $"{Quantile(api, 0.99):0.00} ms; a request that the API refuses {Quantile(bare, 0.5):0.000} ms");

        async Task TimedAsync(List<double> times, int i, Func<Task> act)
        {
            var began = Stopwatch.GetTimestamp();
            await act();
            if (i >= 0) times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        async Task PostAsync(string body, HttpStatusCode expected = HttpStatusCode.Created)
        {
            using var answer = await silo.Http.PostAsync(Workflows, Json(body));
            if (answer.StatusCode != expected) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        }
    }

    // Many of one kind after each other: what each takes of the processors, and how often threads of the silo go to sleep.
    private static async Task BlocksAsync(int count)
    {
        await using var silo = await BenchSilo.StartAsync(http: true);
        var input = new string('x', 200);
        for (var round = 0; round < 3; round++)
        {
            foreach (var kind in (string[])["grain", "api", "refused", "health"])
            {
                var times = new List<double>();
                var (own, cpu, sw) = (Process.GetCurrentProcess().TotalProcessorTime, silo.Cpu, silo.Switches);
                for (var i = 0; i < count; i++)
                {
                    var began = Stopwatch.GetTimestamp();
                    if (kind == "grain") await silo.Client.GetWorkflow($"g{round}-{i}", "bench-waiter").StartAsync(input);
                    else if (kind == "health") (await silo.Http.GetAsync("health/live")).Dispose();
                    else (await silo.Http.PostAsync(Workflows, Json(kind == "api"
                        ? $$"""{"id":"a{{round}}-{{i}}","type":"bench-waiter","input":"{{input}}"}"""
                        : $$"""{"id":"a{{round}}-{{i}}","input":"{{input}}"}"""))).Dispose();
                    times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }

                Say($"{kind}: p10 {Quantile(times, 0.1):0.000} p50 {Quantile(times, 0.5):0.000}; silo CPU "
                    + $"{(silo.Cpu - cpu).TotalMilliseconds / count * 1000:0} us, own "
                    + $"{(Process.GetCurrentProcess().TotalProcessorTime - own).TotalMilliseconds / count * 1000:0} us, switches "
                    + $"{(double)(silo.Switches - sw) / count:0.0}");
            }
        }
    }

    private static async Task ListsAsync(int count)
    {
        await using var silo = await BenchSilo.StartAsync(http: true);
        await EachAsync(count, 128, i => silo.Client.GetWorkflow($"w{i:D6}", i % 100 == 7 ? "bench-waiter" : "bench-done")
            .StartAsync("x"));
        foreach (var path in (string[])
        [
            $"{Workflows}?pageSize=50", $"{Workflows}?pageSize=50&type=bench-done", $"{Workflows}?pageSize=50&type=bench-waiter",
            $"{Workflows}?pageSize=50&status=running", $"{Workflows}?pageSize=50&status=failed",
                $"{Workflows}?pageSize=50&type=none",
            $"{Workflows}?pageSize=50&status=completed&type=bench-waiter", $"{Workflows}?pageSize=50&idPrefix=w0999",
            $"{Workflows}?pageSize=50&idPrefix=w0&startedBefore=2001-01-01", $"{Workflows}?pageSize=50&closedFrom=2001-01-01",
            $"{Workflows}?pageSize=50&closedFrom=2001-01-01&type=bench-done",
            $"{Workflows}?pageSize=50&closedFrom=2001-01-01&status=failed",
            $"{Workflows}?pageSize=50&closedBefore=2001-01-01&idPrefix=w0",
            "api/v1/namespaces/default/workflow-counts?closedFrom=2001-01-01", "api/v1/namespaces/default/workflow-counts",
            "api/v1/namespaces/default/workflow-counts?status=running", $"{Workflows}/w000007", $"{Workflows}/w000008",
            $"{Workflows}/w000008/history", "api/v1/cluster/metrics", "api/v1/cluster/shards",
        ])
        {
            var times = new List<double>();
            for (var i = 0; i < 12; i++)
            {
                var began = Stopwatch.GetTimestamp();
                (await silo.Http.GetAsync(path)).EnsureSuccessStatusCode().Dispose();
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            Say($"lists with {count} workflows: {path} first {times[0]:0.0} ms, p50 {Quantile(times, 0.5):0.0} ms, max "
                + $"{times.Max():0.0} ms");
        }
    }

    private static async Task StreamsAsync(int count)
    {
        await using var silo = await BenchSilo.StartAsync(http: true);
        await EachAsync(count, 64, i => silo.Client.GetWorkflow($"s{i}", "bench-waiter").StartAsync("x"));
        var streams = new List<HttpResponseMessage>();
        for (var i = 0; i < count; i++)
            streams.Add(await silo.Http.GetAsync($"{Workflows}/s{i}/stream", HttpCompletionOption.ResponseHeadersRead));
        var ended = 0;
        var readers = streams.Select(async s =>
        {
            using var reader = new StreamReader(await s.Content.ReadAsStreamAsync());
            while (await reader.ReadLineAsync() is { } line)
                if (line == "event: end") Interlocked.Increment(ref ended);
        }).ToList();
        await Task.Delay(TimeSpan.FromSeconds(5));
        var (cpu, began) = (silo.Cpu, Stopwatch.GetTimestamp());
        await Task.Delay(Quiet);
        var idle = (silo.Cpu - cpu) / Stopwatch.GetElapsedTime(began);
        (cpu, began) = (silo.Cpu, Stopwatch.GetTimestamp());
        await EachAsync(count, 64, i => silo.Client.GetWorkflow($"s{i}").SignalAsync("End"));
        while (Volatile.Read(ref ended) < count) await Task.Delay(10);
        Say($"streams: {count} live cost {idle:0.000} of a core while nothing happens; {count} ends told within "
            + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0.00} s at {(silo.Cpu - cpu).TotalSeconds:0.00} s of CPU");
        await Task.WhenAll(readers);
        foreach (var stream in streams) stream.Dispose();
    }

    // What one activity in sequence costs over stores that were prepared, in turns: to weigh a schema against another.
    private static async Task StoresAsync(string[] templates)
    {
        var costs = templates.ToDictionary(static t => t, static _ => new List<(double Rate, double Cpu)>());
        for (var round = 0; round < 3; round++)
            foreach (var template in templates) costs[template].Add(await LoadAsync("bench-one", template));
        foreach (var (template, cost) in costs)
        {
            var (rate, cpu) = (Middle(cost.Select(static c => c.Rate)), Middle(cost.Select(static c => c.Cpu)));
            Say($"stores: {template} {rate:0} /s at {cpu:0.0000} ms of CPU each, of "
                + string.Join(' ', cost.Select(static c => $"{c.Cpu:0.000}")));
        }
    }

    private static async Task<(double Rate, double Cpu)> LoadAsync(string workflow, string template)
    {
        await using var silo = await BenchSilo.StartAsync(false, null, template);
        var load = new Load(silo, workflow);
        await load.RunAsync(TimeSpan.FromSeconds(4));
        return await load.RunAsync(TimeSpan.FromSeconds(8));
    }

    private static Task EachAsync(int count, int width, Func<int, Task> act)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, width).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;) await act(i);
        }));
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static double Quantile(List<double> values, double quantile) =>
        values.Order().ElementAt(Math.Min(values.Count - 1, (int)(values.Count * quantile)));

    private static double Middle(IEnumerable<double> values) => Quantile([.. values], 0.5);

    private static void Say(string line) => Console.WriteLine(line);
}
