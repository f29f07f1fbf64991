# Harm in units of each margin
#
# How much worse the candidate is, with a 95 % interval, divided by the metric's margin: right
# is worse. Where a change in either direction counts, right is more. Shaded: within the margin.
# What lies beyond the axis stands at its end with its number; intervals are cut there.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot gate.gp
# It reads gate.tsv and writes gate.svg and gate.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 234,142 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_gate' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 234./72,142./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'gate.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.36475
  set rmargin at screen 0.96154
  set bmargin at screen 0.17606
  set tmargin at screen 0.71127
  set border 15 linewidth 0.5
  set xrange [-1.8:6]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4, '6' 6)
  set yrange [0:6.4]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('accuracy' 5.5, 'kl-to-base' 4.5, 'accuracy in task carry' 3.5, 'stopped' 2.5, 'length' 1.5, 'reward' 0.5)
  set label 'harm, in margins' at screen 0.66315,0.04225 center noenhanced front
  unset colorbox
  set arrow from screen 0.13323,0.94014 to screen 0.21015,0.94014 nohead linewidth 1.6 linecolor rgb '#d55e00' dashtype solid
  set label '' at screen 0.17169,0.94014 point pointtype 13 pointsize 0.6 linewidth 0.7 linecolor rgb '#d55e00'
  set label 'regressed' at screen 0.22725,0.94014 left font ',8' noenhanced front
  set arrow from screen 0.52564,0.94014 to screen 0.60256,0.94014 nohead linewidth 1.3 linecolor rgb '#e69f00' dashtype solid
  set label '' at screen 0.5641,0.94014 point pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00'
  set label 'warning' at screen 0.61966,0.94014 left font ',8' noenhanced front
  set arrow from screen 0.13323,0.86268 to screen 0.21015,0.86268 nohead linewidth 1 linecolor rgb '#000000' dashtype (2.6,1.5)
  set label '' at screen 0.17169,0.86268 point pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000'
  set label 'not enough data' at screen 0.22725,0.86268 left font ',8' noenhanced front
  set arrow from screen 0.52564,0.86268 to screen 0.60256,0.86268 nohead linewidth 1 linecolor rgb '#009e73' dashtype solid
  set label '' at screen 0.5641,0.86268 point pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#009e73'
  set label 'equivalent' at screen 0.61966,0.86268 left font ',8' noenhanced front
  set arrow from screen 0.13323,0.78521 to screen 0.21015,0.78521 nohead linewidth 1 linecolor rgb '#808080' dashtype (1.2,1.6)
  set label '' at screen 0.17169,0.78521 point pointtype 2 pointsize 0.4 linewidth 0.7 linecolor rgb '#808080'
  set label 'shown' at screen 0.22725,0.78521 left font ',8' noenhanced front
  plot 'gate.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.22 noborder linecolor rgb '#808080' notitle, \
    'gate.tsv' index 1 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (5,2) notitle, \
    'gate.tsv' index 2 using 1:2 with lines linewidth 1.6 linecolor rgb '#d55e00' dashtype solid notitle, \
    'gate.tsv' index 3 using 1:2 with points pointtype 13 pointsize 0.6 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'gate.tsv' index 4 using 1:2 with lines linewidth 1.3 linecolor rgb '#e69f00' dashtype solid notitle, \
    'gate.tsv' index 5 using 1:2 with points pointtype 9 pointsize 0.5 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'gate.tsv' index 6 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (2.6,1.5) notitle, \
    'gate.tsv' index 7 using 1:2 with points pointtype 6 pointsize 0.5 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'gate.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'gate.tsv' index 9 using 1:2 with points pointtype 7 pointsize 0.4 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'gate.tsv' index 10 using 1:2 with lines linewidth 1 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'gate.tsv' index 11 using 1:2 with points pointtype 2 pointsize 0.4 linewidth 0.7 linecolor rgb '#808080' notitle, \
    'gate.tsv' index 12 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  unset multiplot
  set output
}
