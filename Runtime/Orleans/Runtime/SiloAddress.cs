using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.Json.Serialization;
using Orchestration.Runtime.References;

namespace Orleans.Runtime;

/// <summary>
/// One run of a silo: its endpoint and a generation that grows with each restart. Written as <c>ip:port@generation</c>.
/// </summary>
[Immutable]
[JsonConverter(typeof(SiloAddressConverter))]
public sealed class SiloAddress : IEquatable<SiloAddress>, IComparable<SiloAddress>, IParsable<SiloAddress>
{
    private static int _lastGeneration;
    private static readonly DateTime Epoch = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly uint _hash;

    private SiloAddress(IPEndPoint endpoint, int generation)
    {
        Endpoint = endpoint;
        Generation = generation;
        _hash = HashOf(endpoint, generation, 0);
    }

    /// <summary>No silo.</summary>
    public static SiloAddress Zero { get; } = New(new IPEndPoint(IPAddress.Any, 0), 0);

    /// <summary>Where the silo listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>The generation: greater for a later start on the same endpoint, negative for a client.</summary>
    public int Generation { get; }

    /// <summary>Whether this names a client, not a silo.</summary>
    public bool IsClient => Generation < 0;

    /// <summary>The address of this endpoint and generation.</summary>
    public static SiloAddress New(IPEndPoint ep, int gen) => new(ep, gen);

    /// <summary>The address of this endpoint and generation.</summary>
    public static SiloAddress New(IPAddress address, int port, int generation) => new(new IPEndPoint(address, port), generation);

    /// <summary>A generation for a silo that starts now.</summary>
    public static int AllocateNewGeneration() => AllocateNewGeneration(TimeProvider.System.GetUtcNow());

    /// <summary>A generation for a silo that starts at the given time.</summary>
    /// <remarks>
    /// Tenths of a second, and never one twice in a process: a silo that is started again within a second must not be taken for
    /// the one that died, or activities that may run once would run twice.
    /// </remarks>
    internal static int AllocateNewGeneration(DateTimeOffset startedAt)
    {
        var now = (int)((startedAt.UtcDateTime - Epoch).Ticks / (TimeSpan.TicksPerSecond / 10));
        while (true)
        {
            var last = Volatile.Read(ref _lastGeneration);
            var next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _lastGeneration, next, last) == last) return next;
        }
    }

    /// <summary>Reads what <see cref="ToParsableString"/> wrote.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SiloAddress FromParsableString(string addr) => Parse(addr);

    /// <inheritdoc cref="FromParsableString"/>
    public static SiloAddress Parse(string value) =>
        TryParse(value, out var address)
            ? address : throw new FormatException($"'{value}' is no silo address: ip:port@generation is expected.");

    static SiloAddress IParsable<SiloAddress>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<SiloAddress>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out SiloAddress result) =>
            TryParse(s, out result);

    /// <summary>Reads what <see cref="ToParsableString"/> wrote; false when the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? value, [NotNullWhen(true)] out SiloAddress? result)
    {
        result = null;
        var text = value.AsSpan();
        var at = text.LastIndexOf('@');
        if (at < 0) return false;
        var colon = text[..at].LastIndexOf(':');
        if (colon < 0
            || !IPAddress.TryParse(text[..colon], out var ip)
            || !ushort.TryParse(text[(colon + 1)..at], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || !int.TryParse(text[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var generation))
        {
            return false;
        }

        result = New(ip, port, generation);
        return true;
    }

    /// <summary>The address as <c>ip:port@generation</c>.</summary>
    public string ToParsableString() => string.Create(CultureInfo.InvariantCulture, $"{Endpoint}@{Generation}");

    /// <summary>A hash that is the same in every process.</summary>
    public int GetConsistentHashCode() => unchecked((int)_hash);

    /// <summary>The silo's places on the ring; the same in every process.</summary>
    public uint[] GetUniformHashCodes(int numHashes)
    {
        var hashes = new uint[numHashes];
        for (var i = 0; i < numHashes; i++) hashes[i] = HashOf(Endpoint, Generation, i + 1);
        return hashes;
    }

    /// <summary>Whether this is a later start on the other's endpoint.</summary>
    public bool IsSuccessorOf(SiloAddress other) => SameEndpoint(other) && other.Generation > 0 && Generation > other.Generation;

    /// <summary>Whether this is an earlier start on the other's endpoint.</summary>
    public bool IsPredecessorOf(SiloAddress other) => SameEndpoint(other) && Generation > 0 && Generation < other.Generation;

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] SiloAddress? other) =>
        ReferenceEquals(this, other) || (other is not null && Generation == other.Generation && SameEndpoint(other));

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => Equals(obj as SiloAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)_hash);

    /// <summary>Orders by generation, so older silos first, then by port and address.</summary>
    public int CompareTo(SiloAddress? other)
    {
        if (other is null) return 1;
        if (Generation.CompareTo(other.Generation) is not 0 and var byGeneration) return byGeneration;
        if (Endpoint.Port.CompareTo(other.Endpoint.Port) is not 0 and var byPort) return byPort;
        return Endpoint.Address.GetAddressBytes().AsSpan().SequenceCompareTo(other.Endpoint.Address.GetAddressBytes());
    }

    /// <summary>The address for people, as <c>Sip:port:generation</c>; C for a client.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsClient ? 'C' : 'S')}{Endpoint}:{Generation}");

    private bool SameEndpoint(SiloAddress other) =>
        Endpoint.Port == other.Endpoint.Port && Endpoint.Address.Equals(other.Endpoint.Address);

    private static uint HashOf(IPEndPoint endpoint, int generation, int seed)
    {
        Span<byte> bytes = stackalloc byte[28];
        bytes.Clear();
        endpoint.Address.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], endpoint.Port);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], generation);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], seed);
        return XxHash32.Compute(bytes);
    }
}
