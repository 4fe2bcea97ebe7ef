namespace Orleans.Runtime;

/// <summary>Injects an <see cref="IPersistentState{TState}"/> into the constructor of a grain class.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public class PersistentStateAttribute : Attribute
{
    /// <summary>The state of this name in the store of that name; the default store where it is null.</summary>
    public PersistentStateAttribute(string stateName, string? storageName = null)
    {
        ArgumentNullException.ThrowIfNull(stateName);
        StateName = stateName;
        StorageName = storageName;
    }

    /// <summary>The name of the state within the grain.</summary>
    public string StateName { get; }

    /// <summary>The name of the store.</summary>
    public string? StorageName { get; }
}
