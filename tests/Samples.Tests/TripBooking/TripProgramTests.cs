using Orchestration.Samples.Tests.Support;

namespace Orchestration.Samples.Tests.TripBooking;

[Collection(SamplePrograms.Name)]
public sealed class TripProgramTests : IDisposable
{
    private const string Sample = "Orchestration.Samples.TripBooking";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Run_KilledHalfWay_EndsEveryTripWithACleanAudit()
    {
        string[] arguments = ["--data", _directory.File("data"), "--trips", "36", "--latency", "20"];
        await SamplePrograms.KillAsync(
            Sample, _directory.File("data"), arguments, static () => SamplePrograms.KillAt("trip-", times: 9));

        var (exitCode, output) = await SampleProcess.RunAsync(Sample, arguments);

        Assert.True(exitCode == 0, output);
        Assert.Contains("12 booked, 4 cancelled, 20 failed, 4 for somebody to look after.", output, StringComparison.Ordinal);
        Assert.Contains("Audit: clean", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhatCannotBe_SaysSo()
    {
        var (exitCode, output) = await SampleProcess.RunAsync(Sample, "--data", _directory.File("data"), "--trips", "0");
        Assert.Equal(2, exitCode);
        Assert.Contains("--trips must be from 1", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.File("data")));
    }
}
