using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace Orchestration.Grains.Placement;

/// <summary>
/// How silos are named in histories and in the keys of silo-bound grains: address, port and generation, so that a silo that was
/// restarted under the same address is another one.
/// </summary>
internal static class SiloKey
{
    /// <summary>
    /// The host of attempts that were decided while no live silo took any. No silo ever has this name: nothing recorded under it
    /// was ever dispatched.
    /// </summary>
    public const string Nowhere = "nowhere";

    /// <summary>A silo's name.</summary>
    public static string Of(SiloAddress silo) => silo.ToParsableString();

    /// <summary>Reads what <see cref="Of"/> wrote.</summary>
    public static bool TryParse(string? key, [NotNullWhen(true)] out SiloAddress? silo) => SiloAddress.TryParse(key, out silo);
}
