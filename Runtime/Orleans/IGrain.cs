using Orleans.Runtime;

namespace Orleans;

/// <summary>Base of grain interfaces.</summary>
public interface IGrain : IAddressable;
