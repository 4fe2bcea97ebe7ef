using System.Globalization;

namespace Orchestration.Benchmarks.Cluster;

/// <summary>What is to be measured.</summary>
internal sealed record ClusterOptions
{
    private const string Usage = """
        Usage: dotnet run -c Release --project benchmarks/Cluster -- WORKLOAD... [options]
          scale      CPU a workflow of five activities, by the number of silos in this process
          balance    the busiest silo's share of 10,000 workflows
          churn      latency of short workflows while a silo joins and one leaves, again and again
          loss       how soon runs at work in a silo that died have dispatched their first effect elsewhere
          --silos N,N (1,2,4,8)  --secs N (5)  --runs N (10000)  --rate N (200)  --rounds N (3)
          --store memory|sqlite (memory)  --data DIR (a temporary one)
        One JSON line a figure goes to standard output. The store and the client are in the same process.
        """;

    public IReadOnlyList<string> Workloads { get; init; } = [];

    public int[] Silos { get; init; } = [1, 2, 4, 8];

    /// <summary>Length of a measured window.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(5);

    public int Runs { get; init; } = 10_000;

    /// <summary>Starts a second, whatever becomes of them.</summary>
    public int Rate { get; init; } = 200;

    /// <summary>How often a silo joins and one leaves.</summary>
    public int Rounds { get; init; } = 3;

    public bool UsesSqlite { get; init; }

    public string? Data { get; init; }

    /// <summary>Reads the command line; null, with a message, where it makes no sense.</summary>
    public static ClusterOptions? Parse(string[] args, TextWriter error)
    {
        var options = new ClusterOptions();
        var workloads = new List<string>();
        try
        {
            for (var i = 0; i < args.Length; i++)
            {
                if (args[i] is "scale" or "balance" or "churn" or "loss") workloads.Add(args[i]);
                else if (!args[i].StartsWith("--", StringComparison.Ordinal))
                    throw new FormatException($"there is no workload {args[i]}");
                else if (i + 1 == args.Length) throw new FormatException($"{args[i]} needs a value");
                else options = options.With(args[i], args[++i]);
            }

            return workloads.Count > 0
                ? options with { Workloads = workloads } : throw new FormatException("no workload is named");
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            error.WriteLine(e.Message);
            error.WriteLine(Usage);
            return null;
        }
    }

    private static int Number(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);

    private ClusterOptions With(string name, string value) => name switch
    {
        "--silos" => this with { Silos = Array.ConvertAll(value.Split(','), Number) },
        "--secs" => this with { Window = TimeSpan.FromSeconds(Number(value)) },
        "--runs" => this with { Runs = Number(value) },
        "--rate" => this with { Rate = Number(value) },
        "--rounds" => this with { Rounds = Number(value) },
        "--store" => this with
        {
            UsesSqlite = value is "sqlite" or "memory"
                ? value == "sqlite" : throw new FormatException($"there is no store {value}"),
        },
        "--data" => this with { Data = value },
        _ => throw new FormatException($"there is no option {name}"),
    };
}
