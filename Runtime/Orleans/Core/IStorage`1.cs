namespace Orleans.Core;

/// <summary>A piece of stored state with its value.</summary>
/// <typeparam name="TState">The type of the value.</typeparam>
public interface IStorage<TState> : IStorage
{
    /// <summary>
    /// The value in memory; changed by assignment or in place, stored by <see cref="IStorage.WriteStateAsync()"/>.
    /// </summary>
    TState State { get; set; }
}
