using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestration.Benchmarks.Load.Measuring;

/// <summary>CPU time and memory of processes, and the machine's, from /proc. Zero where there is none.</summary>
internal static partial class Processes
{
    private const double TicksPerSecond = 100;

    /// <summary>
    /// CPU seconds of processes and their descendants, the ended ones included. This process counts alone: the silos and servers
    /// that it started are its children.
    /// </summary>
    public static double CpuSecondsOf(IReadOnlyList<int> roots) =>
        roots.Sum(static root => Tree(root).Sum(pid => CpuSeconds(pid, withEnded: pid != Environment.ProcessId)));

    /// <summary>Resident and proportional memory in MiB of processes and their descendants.</summary>
    public static (double Rss, double Pss) MemoryMibOf(IReadOnlyList<int> roots)
    {
        var all = roots.SelectMany(Tree).Select(MemoryMib).ToList();
        return (all.Sum(static m => m.Rss), all.Sum(static m => m.Pss));
    }

    /// <summary>Resident and proportional memory in MiB.</summary>
    private static (double Rss, double Pss) MemoryMib(int pid)
    {
        if (TryRead($"/proc/{pid}/smaps_rollup") is not { } text) return (0, 0);
        double Of(string key) => Regex.Match(text, $@"^{key}:\s+(\d+) kB", RegexOptions.Multiline) is { Success: true } m
            ? Number(m.Groups[1].Value) / 1024
            : 0;
        return (Of("Rss"), Of("Pss"));
    }

    /// <summary>Seconds in which the machine's cores were busy, and taken away by its host.</summary>
    public static (double Busy, double Steal) Machine()
    {
        if (TryRead("/proc/stat") is not { } text) return (0, 0);
        var f = Blanks().Split(text[..text.IndexOf('\n')]).Skip(1).Select(Number).ToArray();
        return ((f[0] + f[1] + f[2] + f[5] + f[6]) / TicksPerSecond, f[7] / TicksPerSecond);
    }

    /// <summary>What the whole machine wrote to the measured disk: requests, megabytes, flushes.</summary>
    public static (double Writes, double Megabytes, double Flushes) Disk()
    {
        var device = Environment.GetEnvironmentVariable("BENCH_DISK") ?? "vda";
        var line = TryRead("/proc/diskstats")?.Split('\n').Select(static l =>
            Blanks().Split(l.Trim())).FirstOrDefault(l => l.Length > 18 && l[2] == device);
        return line is null ? (0, 0, 0) : (Number(line[7]), Number(line[9]) * 512 / 1e6, Number(line[18]));
    }

    /// <summary>A process's name; null where there is none.</summary>
    public static string? NameOf(int pid) => TryRead($"/proc/{pid}/comm")?.Trim();

    /// <summary>A process's parent; null where there is none.</summary>
    public static int? ParentOf(int pid) => Stat(pid) is { } fields ? (int)Number(fields[1]) : null;

    private static List<int> Tree(int root)
    {
        var found = new List<int> { root };
        if (root == Environment.ProcessId) return found;
        var children = Directory.EnumerateDirectories("/proc")
            .Select(static d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(static pid => pid > 0)
            .ToLookup(static pid => ParentOf(pid) ?? 0);
        for (var i = 0; i < found.Count; i++) found.AddRange(children[found[i]]);
        return found;
    }

    private static double CpuSeconds(int pid, bool withEnded) => Stat(pid) is { } fields
        ? (Number(fields[11]) + Number(fields[12]) + (withEnded ? Number(fields[13]) + Number(fields[14]) : 0)) / TicksPerSecond
        : 0;

    /// <summary>The fields after the process's name: state, parent, ...</summary>
    private static string[]? Stat(int pid) =>
        TryRead($"/proc/{pid}/stat") is { } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : null;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null; // The process has ended, or this is no Linux.
        }
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
