using System.Diagnostics;
using System.Text.Json.Nodes;
using Orchestration.Silo.Tests.Api;

namespace Orchestration.Silo.Tests.Workers;

/// <summary>
/// The time for which work is a worker's. It is real time: where the machine itself stood still for that long, work is lost
/// rightly, and the test takes it anew.
/// </summary>
public sealed class LeaseTests(ImpatientSilo silo) : IClassFixture<ImpatientSilo>
{
    [Fact]
    public async Task Worker_ThatGoesSilent_LosesItsWorkToAnother()
    {
        await silo.CallAsync("w-lost", "lost:it", "1");
        var first = await TakeAsync("lost");
        for (ApiSilo.Answer beat; (beat = await silo.BeatAsync(first, "7")).Status != 200; first = await TakeAsync("lost"))
            beat.AssertProblem(409, "activity-not-pending");
        var second = await TakeAsync("lost"); // once the first has been silent for long enough
        Assert.Equal((int)first["attempt"]! + 1, (int)second["attempt"]!);
        Assert.Equal(7, (int)second["heartbeatDetails"]!);
        (await silo.BeatAsync(first, "8")).AssertProblem(409, "activity-not-pending");
        (await silo.CompleteAsync(first, "\"old\"")).AssertProblem(409, "activity-not-pending");
        for (ApiSilo.Answer done; (done = await silo.CompleteAsync(second, "\"new\"")).Status != 204;
            second = await TakeAsync("lost"))
            done.AssertProblem(409, "activity-not-pending");
        Assert.Equal("new", (string)(await silo.ResultAsync("w-lost"))["result"]!);
    }

    [Fact]
    public async Task Worker_ThatBeats_KeepsItsWork()
    {
        await silo.CallAsync("w-kept", "kept:it", "1");
        bool isKept;
        do
        {
            var asked = Stopwatch.GetTimestamp();
            isKept = await KeepsAsync(await TakeAsync("kept"), asked);
        }
        while (!isKept);
        Assert.Equal(1, (int)(await silo.ResultAsync("w-kept"))["result"]!);
    }

    // Beats until the lease would be over one and a half times, and completes the work. False where the machine stood still.
    private async Task<bool> KeepsAsync(JsonNode work, long asked)
    {
        var began = Stopwatch.GetTimestamp();
        for (var renewed = asked; ;)
        {
            var sent = Stopwatch.GetTimestamp();
            var isLast = Stopwatch.GetElapsedTime(began) > silo.Lease * 1.5;
            var answer = isLast ? await silo.CompleteAsync(work, "1") : await silo.BeatAsync(work, "1");
            if (answer.Status is not (200 or 204))
            {
                answer.AssertProblem(409, "activity-not-pending");
                Assert.True(Stopwatch.GetElapsedTime(renewed) >= silo.Lease, "It was lost, and had beaten in time.");
                return false;
            }

            if (isLast) return true;
            renewed = sent;
        }
    }

    private async Task<JsonNode> TakeAsync(string queue) =>
        await silo.PollAsync(queue, 30) ?? throw new InvalidOperationException("There was no work within 30 s.");
}
