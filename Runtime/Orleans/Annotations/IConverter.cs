namespace Orleans;

/// <summary>Serialises a type that cannot be annotated by way of a surrogate that can. Stateless and thread-safe.</summary>
/// <typeparam name="TValue">The type that user code handles.</typeparam>
/// <typeparam name="TSurrogate">The annotated form that is written.</typeparam>
public interface IConverter<TValue, TSurrogate>
    where TSurrogate : struct
{
    /// <summary>Makes the value of what was read.</summary>
    TValue ConvertFromSurrogate(in TSurrogate surrogate);

    /// <summary>Makes the form to be written.</summary>
    TSurrogate ConvertToSurrogate(in TValue value);
}
