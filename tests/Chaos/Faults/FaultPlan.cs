namespace Orchestration.Chaos.Faults;

/// <summary>The faults of a seed: kinds in shuffled rounds, so that each comes as often as any other.</summary>
internal static class FaultPlan
{
    private static readonly FaultKind[] All = Enum.GetValues<FaultKind>();

    public static IReadOnlyList<Fault> Of(ChaosOptions options)
    {
        // A seed gives the same plan on every machine, whatever random numbers are to others.
        var random = new Random(options.Seed);
        var kinds = options.Kinds.Count > 0 ? [.. options.Kinds] : All.ToArray();
        var plan = new List<Fault>();
        for (var count = (int)(options.Length / options.FaultEvery); plan.Count < count;)
        {
            if (!options.IsSmoke) random.Shuffle(kinds);
            foreach (var kind in kinds.Take(count - plan.Count))
                plan.Add(new Fault(kind, TimeSpan.FromSeconds(Seconds(kind, random, options.IsSmoke)), random.Next()));
        }

        return plan;
    }

    private static double Seconds(FaultKind kind, Random random, bool isSmoke) => kind switch
    {
        FaultKind.Kill or FaultKind.Leave => 0,
        FaultKind.Database => random.Next(0, 3),
        _ when isSmoke => 6,
        FaultKind.Freeze => random.Next(1, 61),
        _ => random.Next(5, 31),
    };
}
