using System.Reflection;
using Orchestration.Runtime.Messaging;

namespace Orchestration.Runtime.References;

/// <summary>
/// A method of a grain interface, as both sides of a call know it. Immutable but for the emitted class, made at first use.
/// </summary>
internal sealed class MethodDescriptor
{
    private Func<Request>? _create;

    public MethodDescriptor(InterfaceDescriptor owner, MethodInfo method, MethodTraits traits)
    {
        Interface = owner;
        Method = method;
        Id = traits.Id;
        AlwaysInterleave = traits.AlwaysInterleave;
        ReadOnly = traits.ReadOnly;
        OneWay = traits.OneWay;
        Cancellable = traits.Cancellable;
        ResultImmutable = traits.ResultImmutable;
        CopiesArguments = traits.CopiesArguments;
        WireId = ((ulong)owner.WireHash << 32) | XxHash32.Compute(System.Text.Encoding.UTF8.GetBytes(Id));
    }

    /// <summary>The interface that declares the method.</summary>
    public InterfaceDescriptor Interface { get; }

    public MethodInfo Method { get; }

    /// <summary>The method's name on the wire: its alias, else its name and number of parameters.</summary>
    public string Id { get; }

    /// <summary>Interface and method in eight bytes, the same in every process.</summary>
    public ulong WireId { get; }

    public bool AlwaysInterleave { get; }

    public bool ReadOnly { get; }

    public bool OneWay { get; }

    /// <summary>Whether a parameter is a cancellation token.</summary>
    public bool Cancellable { get; }

    /// <summary>Whether the result is never changed by either side.</summary>
    public bool ResultImmutable { get; }

    /// <summary>Whether an argument may have to be copied for a call within the silo.</summary>
    public bool CopiesArguments { get; }

    /// <summary>A call without arguments yet.</summary>
    public Request CreateRequest() => (_create ??= RequestEmitter.FactoryOf(this))();

    public InvalidOperationException ReturnedNull() => new($"{this} returned null instead of a task.");

    public override string ToString() => $"{Interface.Type.Name}.{Method.Name}";
}
