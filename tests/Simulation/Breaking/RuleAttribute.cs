using System.Reflection;

namespace Orchestration.Simulation.Breaking;

/// <summary>Which rule of the commit protocol a break is of.</summary>
/// <param name="number">The rule's number.</param>
/// <param name="seed">The first seed that found the break when all were last looked for.</param>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class RuleAttribute(int number, ulong seed) : Attribute
{
    public int Number => number;

    public ulong Seed => seed;

    public static RuleAttribute Of(SimBreak broken) =>
        typeof(SimBreak).GetField(broken.ToString())!.GetCustomAttribute<RuleAttribute>()!;
}
