using Orleans.Runtime;

namespace Orleans;

/// <summary>Base of interfaces of grains that are keyed by a string.</summary>
public interface IGrainWithStringKey : IGrain, IAddressable;
