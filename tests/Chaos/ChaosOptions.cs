using System.Globalization;

namespace Orchestration.Chaos;

/// <summary>What the command line asks for.</summary>
internal sealed record ChaosOptions
{
    private const string Usage = """
        Usage: dotnet run -c Release --project tests/Chaos -- [options]
        Real silos over a real PostgreSQL, each in a network namespace of its own, under load, while they are killed, frozen and
        cut off and the database is restarted. Needs Linux, root (for the namespaces), PostgreSQL, iproute2 and iptables.
          --silos N (5)         how many silos
          --seconds S (120)     how long faults go on
          --fault-every S (30)  time between the beginnings of two faults
          --seed N (1)          what is drawn: kinds, targets and lengths of faults, and the orders
          --rate N              orders a second; unless given, half of the capacity, which is measured first
          --faults A,B,...      only these kinds: kill, leave, freeze, isolate, peers, pair, store,
                                database
          --smoke               three silos, one fault of each of the main kinds, a low rate, and no bounds on times: about 40 s
          --data DIR            where books and logs go; kept where it is named, else removed
        The exit code is 0 where nothing was lost, doubled or left open and all bounds were kept; the last line is JSON.
        """;

    public int Silos { get; init; } = 5;

    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(120);

    public TimeSpan FaultEvery { get; init; } = TimeSpan.FromSeconds(30);

    public int Seed { get; init; } = 1;

    /// <summary>Orders a second; null: half of what is measured.</summary>
    public double? Rate { get; init; }

    /// <summary>The kinds of faults that are drawn; empty: all.</summary>
    public IReadOnlyList<Faults.FaultKind> Kinds { get; init; } = [];

    /// <summary>Whether times are held to their bounds.</summary>
    public bool IsBounded { get; init; } = true;

    /// <summary>Whether each kind comes once, in order, and for a short while.</summary>
    public bool IsSmoke { get; init; }

    /// <summary>Where books and logs go; null: somewhere, and they are removed.</summary>
    public string? Data { get; init; }

    /// <summary>The prefix of the namespaces' names, for the process within; null for the one that makes them.</summary>
    public string? Inside { get; init; }

    /// <summary>Reads the command line; null, with a message, where it makes no sense.</summary>
    public static ChaosOptions? Parse(string[] args, TextWriter error)
    {
        try
        {
            var options = new ChaosOptions();
            for (var i = 0; i < args.Length; i++)
            {
                if (args[i] == "--smoke") options = options.AsSmoke();
                else if (i + 1 == args.Length) throw new FormatException($"{args[i]} makes no sense here");
                else options = options.With(args[i], args[++i]);
            }

            return options;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            error.WriteLine(e.Message);
            error.WriteLine(Usage);
            return null;
        }
    }

    private ChaosOptions AsSmoke() => this with
    {
        Silos = 3,
        Length = TimeSpan.FromSeconds(34),
        FaultEvery = TimeSpan.FromSeconds(8),
        Rate = 20,
        IsBounded = false,
        IsSmoke = true,
        Kinds = [Faults.FaultKind.Kill, Faults.FaultKind.Freeze, Faults.FaultKind.Isolate, Faults.FaultKind.Database],
    };

    private ChaosOptions With(string name, string value) => name switch
    {
        "--silos" => this with { Silos = Within(name, value, 2, 100) },
        "--seconds" => this with { Length = TimeSpan.FromSeconds(Within(name, value, 1, 86_400)) },
        "--fault-every" => this with { FaultEvery = TimeSpan.FromSeconds(Within(name, value, 1, 3600)) },
        "--seed" => this with { Seed = Within(name, value, 0, int.MaxValue) },
        "--rate" => this with { Rate = Within(name, value, 1, 100_000) },
        "--faults" => this with { Kinds = [.. value.Split(',').Select(Kind)] },
        "--data" => this with { Data = Path.GetFullPath(value) },
        "--inside" => this with { Inside = value },
        _ => throw new FormatException($"there is no option {name}"),
    };

    private static Faults.FaultKind Kind(string name) => Enum.TryParse<Faults.FaultKind>(name, ignoreCase: true, out var kind)
        ? kind : throw new FormatException($"there is no fault {name}");

    private static int Within(string name, string value, int from, int to) =>
        int.Parse(value, CultureInfo.InvariantCulture) is var n && n >= from && n <= to
            ? n : throw new FormatException($"{name} takes {from} to {to}");
}
