using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Orchestration.Benchmarks.Load.Measuring;

/// <summary>What processes, their children included, and the machine spent between two moments.</summary>
internal sealed class Meter(IReadOnlyDictionary<string, IReadOnlyList<int>> processes)
{
    private Snapshot _start;

    /// <summary>Begins a window.</summary>
    public Meter Start()
    {
        _start = Take();
        return this;
    }

    /// <summary>Ends the window.</summary>
    public Reading Stop()
    {
        var end = Take();
        var seconds = Stopwatch.GetElapsedTime(_start.At, end.At).TotalSeconds;
        var cpu = processes.Keys.ToDictionary(static k => k, k => end.Cpu[k] - _start.Cpu[k]);
        var memory = processes.ToDictionary(static p => p.Key, static p => Processes.MemoryMibOf(p.Value));
        return new Reading(
            seconds,
            cpu,
            memory,
            end.Disk.Flushes - _start.Disk.Flushes,
            end.Disk.Writes - _start.Disk.Writes,
            end.Disk.Megabytes - _start.Disk.Megabytes,
            Math.Max(0, (end.Machine.Busy - _start.Machine.Busy - cpu.Values.Sum()) / seconds),
            (end.Machine.Steal - _start.Machine.Steal) / seconds);
    }

    private Snapshot Take() => new(
        Stopwatch.GetTimestamp(),
        processes.ToDictionary(static p => p.Key, static p => Processes.CpuSecondsOf(p.Value)),
        Processes.Machine(),
        Processes.Disk());

    private readonly record struct Snapshot(
        long At,
        Dictionary<string, double> Cpu,
        (double Busy, double Steal) Machine,
        (double Writes, double Megabytes, double Flushes) Disk);
}

/// <summary>What was spent in a window. Disk figures are the whole machine's.</summary>
internal sealed record Reading(
    double Seconds,
    IReadOnlyDictionary<string, double> Cpu,
    IReadOnlyDictionary<string, (double Rss, double Pss)> Memory,
    double Flushes,
    double DiskWrites,
    double DiskMegabytes,
    double OtherCpuCores,
    double StealCores)
{
    /// <summary>Adds the figures to a line.</summary>
    public void AddTo(JsonObject line)
    {
        line["secs"] = Json.Round(Seconds);
        line["cpu_s"] = Json.Object(Cpu, static v => Json.Round(v));
        line["mem_mib"] = Json.Object(Memory, static m =>
            new JsonObject { ["rss"] = Json.Round(m.Rss, 1), ["pss"] = Json.Round(m.Pss, 1) });
        line["flushes"] = Flushes;
        line["disk_writes"] = DiskWrites;
        line["disk_mb"] = Json.Round(DiskMegabytes, 1);
        line["other_cpu_cores"] = Json.Round(OtherCpuCores, 3);
        line["steal_cores"] = Json.Round(StealCores, 3);
    }
}
