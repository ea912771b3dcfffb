import { chosenDays, dayChoices, timeZones, wrongNumber } from 'c/salesosForms';
import { api, LightningElement } from 'lwc';

/** The fields of a form, row by row. Every change is told by `fieldchange` with the part of the draft that changed. */
export default class SalesosFields extends LightningElement {
  /** As the forms of c/salesosForms have them. */
  @api rows;
  @api draft;
  /** What the backend said of single fields, by key. */
  @api refused;
  @api readOnly = false;
  dayChoices = dayChoices;
  _zones = { of: null, options: [] };

  /** The base components show what is wrong at the field, but only when told to. */
  renderedCallback() {
    for (const { key, fault } of this.rowViews.flatMap(({ fields }) => fields)) {
      const element = this.template.querySelector(`[data-key="${key}"]`);
      element.setCustomValidity?.(fault);
      element.reportValidity?.();
    }
  }

  get rowViews() {
    return this.rows.map((row) => ({
      key: row[0].key,
      rowClass: row.length > 1 ? 'row columns' : 'row',
      fields: row.map((field) => this.viewOf(field)),
    }));
  }
  viewOf(field) {
    const { key, kind } = field;
    const value = this.draft[key];
    const wrong = kind === 'number' ? wrongNumber(field, value) : null;
    return {
      ...field,
      value: value ?? '',
      fault: wrong ?? this.refused[key] ?? '',
      isNumber: kind === 'number',
      isText: kind === 'text',
      isLongText: kind === 'long text',
      isTimeZone: kind === 'time zone',
      isWorkingDays: kind === 'working days',
      zones: kind === 'time zone' ? this.zonesWith(value) : null,
    };
  }
  /** The same list while the value is the same: the combobox draws its hundreds of options anew for another one. */
  zonesWith(value) {
    if (this._zones.of !== value) this._zones = { of: value, options: timeZones(value) };
    return this._zones.options;
  }

  changeText({ target, detail: { value } }) {
    this.tell(target, value);
  }
  changeNumber({ target, detail: { value } }) {
    this.tell(target, value === '' ? null : Number(value));
  }
  changeDays({ target, detail: { value } }) {
    this.tell(target, chosenDays(value));
  }
  tell({ dataset: { key } }, value) {
    this.dispatchEvent(new CustomEvent('fieldchange', { detail: { [key]: value } }));
  }
}
