using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>
/// A named piece of a grain's state, injected by <see cref="PersistentStateAttribute"/> and read before <c>OnActivateAsync</c>.
/// </summary>
/// <typeparam name="TState">The type of the value.</typeparam>
public interface IPersistentState<TState> : IStorage<TState>;
