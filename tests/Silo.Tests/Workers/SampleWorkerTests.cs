using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Orchestration.Tests.Support;

namespace Orchestration.Silo.Tests.Workers;

/// <summary>The sample workers, as real processes.</summary>
public sealed class SampleWorkerTests(WorkerSilo silo) : IClassFixture<WorkerSilo>
{
    private const string Workflows = "/api/v1/namespaces/default/workflows";

    // What is lost by it on a machine that is too busy is done again; the other calls count their attempts, and have none.
    private const double Heartbeat = 1.5;

    [ProgramFact("python3")]
    public Task Worker_InPython_CarriesOutActivities() => CarriesOutAsync("python3", "python/worker.py");

    [ProgramFact("node")]
    public Task Worker_ForNode_CarriesOutActivities() => CarriesOutAsync("node", "node/worker.mjs");

    private async Task CarriesOutAsync(string program, string file)
    {
        var queue = program + "-queue";
        using (var worker = Worker.Start(program, file, queue, silo.Address))
        {
            Assert.Equal("HELLO WÖRLD", (string)(await RunAsync($"{program}-upper", $"{queue}:upper",
                "\"hello wörld\""))["result"]!);
            Assert.Equal(3, (int)(await RunAsync($"{program}-flaky", $"{queue}:flaky", "2"))["result"]!);
            var divided = await RunAsync($"{program}-divide", $"{queue}:divide", "1, 0");
            Assert.Equal("failed", (string)divided["status"]!);
            Assert.Contains("DivisionByZero", divided["failure"]!.ToJsonString(), StringComparison.Ordinal);

            await StartAsync($"{program}-slow", $"{queue}:slow", "60", Heartbeat);
            await Eventually.EventuallyAsync(
                async () => (await silo.GetAsync($"{Workflows}/{program}-slow/activities")).Json["activities"]!.AsArray(),
                static pending => pending.Count == 1, "it is under way");
            await silo.PostAsync($"{Workflows}/{program}-slow/cancel");
            Assert.Equal("canceled", (string)(await silo.ResultAsync($"{program}-slow"))["status"]!);
        }

        // A worker is killed in its midst: another one goes on from what it had reported. Done again where the machine was held
        // up for so long that the first one came to the end.
        string left;
        var tries = 0;
        do
        {
            Assert.True(tries++ < 5, "What the first worker reported was never taken up.");
            left = await LeftAsync(program, file, queue, $"{program}-left-{tries}");
            Assert.StartsWith("began at ", left, StringComparison.Ordinal);
        }
        while (left == "began at 0");
    }

    private async Task<string> LeftAsync(string program, string file, string queue, string id)
    {
        using (var worker = Worker.Start(program, file, queue, silo.Address))
        {
            await StartAsync(id, $"{queue}:slow", "4", Heartbeat);
            await worker.WaitForWorkAsync(silo, id);
        }

        using var next = Worker.Start(program, file, queue, silo.Address);
        return (string)(await silo.ResultAsync(id))["result"]!;
    }

    private async Task<JsonNode> RunAsync(string id, string activity, string arguments)
    {
        await StartAsync(id, activity, arguments);
        return await silo.ResultAsync(id);
    }

    private Task<string> StartAsync(string id, string activity, string arguments, double heartbeat = 0) => silo.StartAsync(
        id, "remote", string.Create(CultureInfo.InvariantCulture,
            $$"""{"activity": "{{activity}}", "arguments": [{{arguments}}], "heartbeatSeconds": {{heartbeat}}}"""));

    private sealed class Worker(Process process) : IDisposable
    {
        public static Worker Start(string program, string file, string queue, Uri address)
        {
            var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add(Path.Combine(Root(), "samples", "workers", file));
            foreach (var argument in (string[])["--queue", queue, "--address",
                address.ToString()]) start.ArgumentList.Add(argument);
            var process = Process.Start(start)!;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return new Worker(process);
        }

        /// <summary>Waits until an activity of the workflow has reported something, or the workflow has ended.</summary>
        public async Task WaitForWorkAsync(WorkerSilo silo, string id)
        {
            var key = new Orchestration.Workflows.WorkflowKey(id);
            await Eventually.EventuallyAsync(
                async () =>
                {
                    var run = (await silo.Store.FindAsync(key))!;
                    if (run.Summary.ClosedAt is not null) return "ended";
                    return (await silo.Store.FindHeartbeatAsync(run.Key, run.Handle, 1))?.Details.ToString() ?? "0";
                },
                static details => details is not ("0" or "null"), "the worker has reported how far it is");
        }

        public void Dispose()
        {
            process.Kill();
            process.Dispose();
        }

        private static string Root()
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Orchestration.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }
}
